// The two seams of the analysis: Transcriber (sound → words) and Assessor (words → judgement).
// Engines are made once per analyzer and called from many job threads at once: they must be thread-safe.
// Errors that are worth another try carry kUpstream, kUnavailable, kTimeout or kTooManyRequests (with
// retry_after_s); every other code is final and its public_message is what a person reads on the failed
// record.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "analysis/audio.h"
#include "analysis/types.h"
#include "base/result.h"

namespace dialix::analysis {

// Set from another thread to make a long step return kUnavailable ("cancelled") soon (within ~1 s).
using CancelFlag = std::atomic<bool>;

struct TranscribeRequest {
  const DecodedAudio* audio = nullptr;
  // Speech found by voice activity detection, one list a channel of `audio`.
  const std::vector<std::vector<Span>>* speech = nullptr;
  std::filesystem::path source_file;          // the recording as it was stored
  std::string language;                       // BCP 47 wish; empty: let the engine decide
  std::function<void(int percent)> progress;  // 0..100, may be empty; called from the calling thread
  const CancelFlag* cancel = nullptr;
};

class Transcriber {
 public:
  virtual ~Transcriber() = default;
  [[nodiscard]] virtual std::string_view Name() const = 0;
  // Segments come back with `channel` set and `speaker` unknown; roles are decided by the caller.
  virtual Result<Transcript> Transcribe(const TranscribeRequest& request) = 0;
};

struct AssessRequest {
  const Transcript* transcript = nullptr;  // speakers already decided
  const Checklist* checklist = nullptr;    // null: no checklist, answers stay empty
  const TalkMetrics* metrics = nullptr;
  AskedFor asked_for;
  Direction direction = Direction::kUnknown;
  const CancelFlag* cancel = nullptr;
};

class Assessor {
 public:
  virtual ~Assessor() = default;
  [[nodiscard]] virtual std::string_view Name() const = 0;
  virtual Result<Assessment> Assess(const AssessRequest& request) = 0;
};

}  // namespace dialix::analysis
