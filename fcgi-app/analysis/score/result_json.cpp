#include "analysis/score/result_json.h"

#include <algorithm>
#include <utility>

#include "analysis/names.h"
#include "base/json.h"

namespace dialix::analysis {
namespace {

void WriteEvidence(JsonWriter& json, const std::optional<Evidence>& evidence) {
  json.Key("evidence");
  if (!evidence) {
    json.Null();
    return;
  }
  json.BeginObject()
      .Field("quote", evidence->quote)
      .Field("start_ms", evidence->start_ms)
      .Field("end_ms", evidence->end_ms)
      .Field("speaker", NameOf(evidence->speaker))
      .EndObject();
}

void WriteOverride(JsonWriter& json, const AnswerOverrides& overrides, const std::string& question_id) {
  json.Key("override");
  const auto found = overrides.find(question_id);
  if (found == overrides.end()) {
    json.Null();
    return;
  }
  json.BeginObject()
      .Field("answer", NameOf(found->second.answer))
      .Field("comment", found->second.comment)
      .Field("account_id", found->second.account_id)
      .Field("created_at", found->second.created_at)
      .EndObject();
}

void WriteQuestion(JsonWriter& json, const Question& question, const Answer& answer,
                   const AnswerOverrides& overrides) {
  json.BeginObject()
      .Field("id", question.id)
      .Field("text", question.text)
      .Field("weight", question.weight)
      .Field("answer", NameOf(answer.verdict))
      .Field("confidence", answer.confidence);
  WriteEvidence(json, answer.evidence);
  json.Field("comment", answer.comment.empty() ? std::nullopt : std::optional(answer.comment));
  WriteOverride(json, overrides, question.id);
  json.EndObject();
}

Overrides VerdictsOf(const AnswerOverrides& overrides) {
  Overrides verdicts;
  for (const auto& [id, by_person] : overrides) verdicts[id] = by_person.answer;
  return verdicts;
}

Answer ReadAnswer(JsonView question, const std::string& id) {
  Answer answer;
  answer.question_id = id;
  answer.verdict = ParseVerdict(question["answer"].StringOr("")).value_or(Verdict::kNeedsReview);
  answer.confidence = question["confidence"].Number();
  answer.comment = question["comment"].StringOr("");
  if (const JsonView evidence = question["evidence"]; evidence.IsObject()) {
    answer.evidence =
        Evidence{evidence["quote"].StringOr(""), evidence["start_ms"].IntOr(0), evidence["end_ms"].IntOr(0),
                 ParseSpeaker(evidence["speaker"].StringOr("")).value_or(Speaker::kUnknown)};
  }
  return answer;
}

}  // namespace

ChecklistScore ResultChecklist::Score() const {
  return ScoreChecklist(checklist, answers, VerdictsOf(overrides));
}

std::string ResultChecklistJson(const Checklist& checklist, const std::vector<Answer>& answers,
                                const AnswerOverrides& overrides) {
  std::map<std::string_view, const Answer*> by_id;
  for (const Answer& answer : answers) by_id[answer.question_id] = &answer;
  const Answer unanswered;
  const ChecklistScore score = ScoreChecklist(checklist, answers, VerdictsOf(overrides));

  JsonWriter json;
  json.BeginObject()
      .Field("checklist_id", checklist.id)
      .Field("version", checklist.version)
      .Field("title", checklist.title)
      .Field("score", score.total.score)
      .Key("segments")
      .BeginArray();
  for (const ChecklistSegment& segment : checklist.segments) {
    json.BeginObject().Field("title", segment.title).Key("questions").BeginArray();
    for (const Question& question : segment.questions) {
      const auto found = by_id.find(question.id);
      WriteQuestion(json, question, found == by_id.end() ? unanswered : *found->second, overrides);
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

Result<ResultChecklist> ReadResultChecklist(std::string_view text) {
  auto document = JsonDocument::Parse(text);
  if (!document.ok()) return Internal("stored result is not JSON: " + document.error().public_message);
  const JsonView root = document->Root();
  if (!root["segments"].IsArray()) return Internal("stored result has no segments");

  ResultChecklist result;
  result.checklist.id = root["checklist_id"].StringOr("");
  result.checklist.version = static_cast<int>(root["version"].IntOr(0));
  result.checklist.title = root["title"].StringOr("");
  for (std::size_t s = 0; s < root["segments"].Size(); ++s) {
    const JsonView stored = root["segments"][s];
    ChecklistSegment segment;
    segment.title = stored["title"].StringOr("");
    for (std::size_t q = 0; q < stored["questions"].Size(); ++q) {
      const JsonView question = stored["questions"][q];
      const std::string id = question["id"].StringOr("");
      segment.questions.push_back(
          {id, question["text"].StringOr(""), question["weight"].NumberOr(1), {}, Speaker::kOperator});
      result.answers.push_back(ReadAnswer(question, id));
      if (const JsonView by_person = question["override"]; by_person.IsObject()) {
        const std::optional<Verdict> answer = ParseVerdict(by_person["answer"].StringOr(""));
        if (!answer) return Internal("stored result has an override without an answer");
        result.overrides[id] = {
            *answer,
            by_person["comment"].IsString() ? std::optional(by_person["comment"].StringOr("")) : std::nullopt,
            by_person["account_id"].StringOr(""), by_person["created_at"].StringOr("")};
      }
    }
    result.checklist.segments.push_back(std::move(segment));
  }
  return result;
}

}  // namespace dialix::analysis
