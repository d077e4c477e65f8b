#include "analysis/pipeline/analyze.h"

#include <algorithm>

#include "analysis/decode/voice_activity.h"
#include "analysis/pipeline/peaks.h"
#include "analysis/score/talk_metrics.h"
#include "analysis/speakers/roles.h"

namespace dialix::analysis {
namespace {

// Where each stage begins on the way from 0 to 100; transcription takes most of the time.
constexpr int kDecodeStart = 1;
constexpr int kTranscribeStart = 10;
constexpr int kAssessStart = 85;
constexpr int kSettleStart = 97;

// Words begin a little before and end a little after the times that engines give.
constexpr std::int64_t kMarginMs = 150;

std::vector<SilentSpan> SilentSpansOf(const std::vector<RedactedSpan>& redacted, bool mono) {
  std::vector<SilentSpan> silent;
  for (const RedactedSpan& one : redacted) {
    silent.push_back(
        {mono ? -1 : one.channel,
         {std::max<std::int64_t>(0, one.span.start_ms - kMarginMs), one.span.end_ms + kMarginMs}});
  }
  return silent;
}

}  // namespace

std::string_view StageName(AnalysisStage stage) {
  switch (stage) {
    case AnalysisStage::kDecode:
      return "decode";
    case AnalysisStage::kTranscribe:
      return "transcribe";
    case AnalysisStage::kAssess:
      return "assess";
    case AnalysisStage::kSettle:
      return "settle";
  }
  return "decode";
}

Result<AnalysisOutcome> Analyze(const Engines& engines, const AnalysisInput& input,
                                const ReportProgress& report, const CancelFlag* cancel) {
  AnalysisOutcome outcome;
  report(AnalysisStage::kDecode, kDecodeStart);
  DIALIX_TRY(const DecodedRecording decoded, Decode(input.file, engines.decode_limits, cancel));
  outcome.media = decoded.media;
  outcome.duration_ms = decoded.audio.duration_ms;
  outcome.peaks = PeaksOf(decoded.audio);
  const std::vector<std::vector<Span>> speech = DetectSpeech(decoded.audio);

  report(AnalysisStage::kTranscribe, kTranscribeStart);
  TranscribeRequest transcribe;
  transcribe.audio = &decoded.audio;
  transcribe.speech = &speech;
  transcribe.source_file = input.file;
  transcribe.cancel = cancel;
  transcribe.progress = [&](int percent) {
    report(AnalysisStage::kTranscribe, kTranscribeStart + percent * (kAssessStart - kTranscribeStart) / 100);
  };
  DIALIX_TRY(outcome.transcript, engines.transcriber->Transcribe(transcribe));

  report(AnalysisStage::kAssess, kAssessStart);
  outcome.roles = DecideRoles(outcome.transcript, speech, {input.operator_channel, input.direction});
  ApplyRoles(outcome.transcript, outcome.roles);
  // Before anybody judges it: what is taken out is neither stored nor sent to an outside model.
  outcome.redacted = RedactTranscript(outcome.transcript, input.redaction);
  if (input.redaction.audio && !outcome.redacted.empty()) {
    outcome.silent = SilentSpansOf(outcome.redacted, decoded.audio.channels.size() == 1);
    outcome.peaks = PeaksOf(decoded.audio, outcome.silent);
  }
  outcome.metrics = MeasureTalk(speech, outcome.roles, outcome.duration_ms);
  AssessRequest assess;
  assess.transcript = &outcome.transcript;
  assess.checklist = input.checklist ? &*input.checklist : nullptr;
  assess.metrics = &outcome.metrics;
  assess.asked_for = input.asked_for;
  assess.direction = input.direction;
  assess.cancel = cancel;
  DIALIX_TRY(outcome.assessment, engines.assessor->Assess(assess));
  report(AnalysisStage::kSettle, kSettleStart);
  return outcome;
}

}  // namespace dialix::analysis
