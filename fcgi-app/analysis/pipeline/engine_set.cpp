#include "analysis/pipeline/engine_set.h"

#include "analysis/assess/factory.h"
#include "analysis/transcribe/factory.h"

namespace dialix::analysis {

Result<EngineSet> EngineSet::Make(const Config& config, int jobs) {
  EngineSet set;
  TranscriberOptions transcriber;
  transcriber.provider = config.stt_provider;
  transcriber.model_dir = config.pocketsphinx_model_dir;
  transcriber.decoders = jobs;
  transcriber.base_url = config.openai_base_url;
  transcriber.api_key = config.openai_api_key;
  transcriber.model = config.openai_stt_model;
  transcriber.timeout = std::chrono::seconds(config.openai_timeout_s);
  DIALIX_TRY(set.transcriber_, MakeTranscriber(transcriber));

  AssessorOptions assessor;
  assessor.provider = config.llm_provider;
  assessor.openai.base_url = config.openai_base_url;
  assessor.openai.api_key = config.openai_api_key;
  assessor.openai.model = config.openai_llm_model;
  assessor.openai.timeout = std::chrono::seconds(config.openai_timeout_s);
  DIALIX_TRY(set.assessor_, MakeAssessor(assessor));

  set.decode_limits_.max_audio_seconds = config.max_audio_s;
  return set;
}

}  // namespace dialix::analysis
