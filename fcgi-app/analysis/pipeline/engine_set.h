// The engines that the configuration names, made once for a program's life and shared by its job threads.
#pragma once

#include <memory>

#include "analysis/pipeline/analyze.h"
#include "base/config.h"

namespace dialix::analysis {

class EngineSet {
 public:
  // `jobs`: how many calls are analysed at once. Errors: kInvalid, naming what is wrong with the
  // configuration.
  static Result<EngineSet> Make(const Config& config, int jobs);
  // Valid while the set lives.
  [[nodiscard]] Engines engines() const { return {transcriber_.get(), assessor_.get(), decode_limits_}; }

 private:
  std::unique_ptr<Transcriber> transcriber_;
  std::unique_ptr<Assessor> assessor_;
  DecodeLimits decode_limits_;
};

}  // namespace dialix::analysis
