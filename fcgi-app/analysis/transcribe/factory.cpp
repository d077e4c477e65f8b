#include "analysis/transcribe/factory.h"

#include "analysis/transcribe/pocketsphinx_transcriber.h"

namespace dialix::analysis {

Result<std::unique_ptr<Transcriber>> MakeTranscriber(const TranscriberOptions& options) {
  if (options.provider == "pocketsphinx") return MakePocketsphinxTranscriber(options.model_dir, options.decoders);
  return Fail(Error::Code::kInvalid, "There is no transcriber called " + options.provider + ".");
}

}  // namespace dialix::analysis
