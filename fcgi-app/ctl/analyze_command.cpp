#include <cstdio>
#include <fstream>
#include <iterator>

#include "analysis/checklist_json.h"
#include "analysis/names.h"
#include "analysis/pipeline/analyze.h"
#include "analysis/pipeline/engine_set.h"
#include "analysis/score/checklist_score.h"
#include "base/json.h"
#include "ctl/arguments.h"
#include "ctl/commands.h"

namespace dialix::ctl {
namespace {

constexpr const char* kUsage =
    "usage: dialixctl analyze FILE [--checklist CHECKLIST.json] [--operator-channel 0|1] [--trn ID]\n"
    "  prints what the analysis finds, as JSON; with --trn, the words of each channel for sclite\n";

Result<analysis::AnalysisInput> MakeInput(const Arguments& arguments) {
  analysis::AnalysisInput input;
  input.file = arguments.words().front();
  if (const auto channel = arguments.Get("operator-channel")) {
    if (*channel != "0" && *channel != "1")
      return Fail(Error::Code::kInvalid, "--operator-channel is 0 or 1");
    input.operator_channel = *channel == "1" ? 1 : 0;
  }
  if (const auto path = arguments.Get("checklist")) {
    std::ifstream file(*path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    DIALIX_TRY(const auto document, JsonDocument::Parse(text));
    DIALIX_TRY(input.checklist, analysis::ParseChecklist(document.Root()));
  }
  return input;
}

void PrintTrn(const analysis::AnalysisOutcome& outcome, const std::string& id) {
  for (std::size_t channel = 0; channel < outcome.peaks.size(); ++channel) {
    std::string words;
    for (const auto& segment : outcome.transcript.segments) {
      if (segment.channel == static_cast<int>(channel)) words += segment.text + " ";
    }
    std::printf("%s(%s-%zu)\n", words.c_str(), id.c_str(), channel);
  }
}

void WriteAnswers(JsonWriter& json, const std::vector<analysis::Answer>& answers) {
  json.Key("answers").BeginArray();
  for (const auto& answer : answers) {
    json.BeginObject()
        .Field("question_id", answer.question_id)
        .Field("answer", analysis::NameOf(answer.verdict));
    if (answer.evidence)
      json.Field("quote", answer.evidence->quote).Field("start_ms", answer.evidence->start_ms);
    json.EndObject();
  }
  json.EndArray();
}

void PrintJson(const analysis::AnalysisInput& input, const analysis::AnalysisOutcome& outcome) {
  JsonWriter json;
  json.BeginObject().Field("duration_ms", outcome.duration_ms).Field("engine", outcome.transcript.engine);
  json.Field("operator_channel", outcome.roles.operator_channel).Field("basis", outcome.roles.basis);
  json.Field("silence_ms", outcome.metrics.silence_ms).Field("overlap_ms", outcome.metrics.overlap_ms);
  json.Field("operator_answer_delay_ms", outcome.metrics.operator_answer_delay_ms);
  json.Field("sentiment", outcome.assessment.sentiment_conversation)
      .Field("summary", outcome.assessment.summary);
  if (input.checklist) {
    json.Field("score", analysis::ScoreChecklist(*input.checklist, outcome.assessment.answers).total.score);
    WriteAnswers(json, outcome.assessment.answers);
  }
  json.Key("segments").BeginArray();
  for (const auto& segment : outcome.transcript.segments) {
    json.BeginObject()
        .Field("speaker", analysis::NameOf(segment.speaker))
        .Field("start_ms", segment.start_ms);
    json.Field("end_ms", segment.end_ms).Field("text", segment.text).EndObject();
  }
  std::puts(json.EndArray().EndObject().Take().c_str());
}

Status Run(const Arguments& arguments, const Config& config) {
  DIALIX_TRY(const auto input, MakeInput(arguments));
  DIALIX_TRY(const auto engines, analysis::EngineSet::Make(config, 1));
  const auto report = [](analysis::AnalysisStage stage, int percent) {
    std::fprintf(stderr, "\r%-12s %3d %%", std::string(analysis::StageName(stage)).c_str(), percent);
  };
  const auto outcome = analysis::Analyze(engines.engines(), input, report, nullptr);
  std::fputc('\n', stderr);
  if (!outcome) return outcome.error();
  if (const auto id = arguments.Get("trn")) {
    PrintTrn(*outcome, *id);
  } else {
    PrintJson(input, *outcome);
  }
  return Ok();
}

}  // namespace

int RunAnalyze(int argc, char** argv, const Environment& environment) {
  const auto arguments = Arguments::Parse(argc, argv, {"checklist", "operator-channel", "trn"}, {});
  if (!arguments || arguments->words().size() != 1) {
    std::fputs(kUsage, stderr);
    return kExitUsage;
  }
  const auto config = LoadOrExplain(environment, Needs::kNothing);
  if (!config) return kExitConfig;
  const auto done = Run(*arguments, *config);
  if (!done) PrintError(done.error());
  return done ? 0 : 1;
}

}  // namespace dialix::ctl
