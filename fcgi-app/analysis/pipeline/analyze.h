// One recording from file to judgement: decode → voice activity → transcribe → speakers → talk metrics →
// assess. Knows no queue and no database, so `dialixctl analyze FILE` runs the very same. Thread-safe: state
// is the call's.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/decode/decoder.h"
#include "analysis/engines.h"
#include "analysis/redact/redact.h"
#include "analysis/types.h"
#include "base/result.h"

namespace dialix::analysis {

struct Engines {
  Transcriber* transcriber = nullptr;
  Assessor* assessor = nullptr;
  DecodeLimits decode_limits;
};

struct AnalysisInput {
  std::filesystem::path file;
  std::optional<Checklist> checklist;
  AskedFor asked_for;
  std::optional<int> operator_channel;  // the company's channel map
  Direction direction = Direction::kUnknown;
  RedactionRules redaction;
};

struct AnalysisOutcome {
  MediaProbe media;
  std::int64_t duration_ms = 0;
  std::vector<std::vector<int>> peaks;  // 0..100, one list a channel
  Transcript transcript;                // speakers decided, redacted
  std::vector<RedactedSpan> redacted;   // what was taken out of it
  std::string silenced_name;            // of the recording that takes the old one's place; empty: it stays
  std::int64_t silenced_bytes = 0;
  std::vector<SilentSpan> silent;  // of `redacted` with a margin: what the recording may not say any more
  SpeakerRoles roles;
  TalkMetrics metrics;
  Assessment assessment;
};

enum class AnalysisStage { kDecode, kTranscribe, kAssess, kSettle };
[[nodiscard]] std::string_view StageName(AnalysisStage stage);

// `percent` is of the whole, 0..100, and never falls. Called from the calling thread.
using ReportProgress = std::function<void(AnalysisStage stage, int percent)>;

// Errors: as the engines and the decoder give them; kUnavailable when cancelled.
[[nodiscard]] Result<AnalysisOutcome> Analyze(const Engines& engines, const AnalysisInput& input,
                                              const ReportProgress& report, const CancelFlag* cancel);

}  // namespace dialix::analysis
