// The embedded engine: PocketSphinx 5prealpha with its US English model; needs no network. Each channel is
// recognised by itself, utterance by utterance. Decoders are not thread-safe and heavy (some 100 MB), so a
// fixed number is made on demand and lent out; a call waits for a free one. Words carry posterior
// confidences.
#pragma once

#include <filesystem>
#include <memory>

#include "analysis/engines.h"

namespace dialix::analysis {

// Errors: kInvalid when the model is not in `model_dir` (folder en-us, en-us.lm.bin, cmudict-en-us.dict).
[[nodiscard]] Result<std::unique_ptr<Transcriber>> MakePocketsphinxTranscriber(
    const std::filesystem::path& model_dir, int decoders);

}  // namespace dialix::analysis
