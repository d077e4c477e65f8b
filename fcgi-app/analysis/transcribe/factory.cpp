#include "analysis/transcribe/factory.h"

#include "analysis/transcribe/openai_transcriber.h"
#include "analysis/transcribe/pocketsphinx_transcriber.h"

namespace dialix::analysis {

Result<std::unique_ptr<Transcriber>> MakeTranscriber(const TranscriberOptions& options) {
  if (options.provider == "pocketsphinx")
    return MakePocketsphinxTranscriber(options.model_dir, options.decoders);
  if (options.provider == "openai") {
    if (options.base_url.empty()) {
      return Fail(Error::Code::kInvalid, "The openai transcriber needs OPENAI_BASE_URL.");
    }
    OpenAiTranscriberOptions openai;
    openai.base_url = options.base_url;
    openai.api_key = options.api_key;
    openai.model = options.model;
    openai.timeout = options.timeout;
    return std::unique_ptr<Transcriber>(std::make_unique<OpenAiTranscriber>(std::move(openai)));
  }
  return Fail(Error::Code::kInvalid, "There is no transcriber called " + options.provider + ".");
}

}  // namespace dialix::analysis
