// Makes the Transcriber that the configuration names.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "analysis/engines.h"
#include "base/result.h"

namespace dialix::analysis {

struct TranscriberOptions {
  std::string provider = "pocketsphinx";  // pocketsphinx | openai
  // pocketsphinx
  std::filesystem::path model_dir = "/usr/share/pocketsphinx/model/en-us";
  int decoders = 2;  // how many calls are transcribed at once
  // openai
  std::string base_url;
  std::string api_key;
  std::string model;
  std::chrono::milliseconds timeout{120'000};
};

// Errors: kInvalid: an unknown provider, a model that is not there.
[[nodiscard]] Result<std::unique_ptr<Transcriber>> MakeTranscriber(const TranscriberOptions& options);

}  // namespace dialix::analysis
