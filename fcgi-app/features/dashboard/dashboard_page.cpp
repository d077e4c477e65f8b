#include "features/dashboard/dashboard_page.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string_view>

#include "base/json.h"
#include "base/text.h"

namespace dialix::features::dashboard {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

int Digits(std::string_view text) { return static_cast<int>(ParseInt(text).value_or(0)); }

// REQUIRES: an ISO date of four-digit year.
sys_days ParseDay(std::string_view iso) {
  using namespace std::chrono;
  return sys_days(year(Digits(iso.substr(0, 4))) / month(static_cast<unsigned>(Digits(iso.substr(5, 2)))) /
                  day(static_cast<unsigned>(Digits(iso.substr(8, 2)))));
}

std::string FormatDay(sys_days day) {
  const std::chrono::year_month_day date(day);
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::string AverageScore(const Figures& figures) {
  return HundredthsJson(Quotient(figures.score_sum, figures.scored));
}

void WriteSentiments(JsonWriter& json, const Figures& figures) {
  json.Field("positive", figures.positive).Field("neutral", figures.neutral);
  json.Field("negative", figures.negative);
  json.Field("unknown", figures.completed - figures.positive - figures.neutral - figures.negative);
}

void WriteTotals(JsonWriter& json, std::string_view key, const Half& half) {
  const Figures& figures = half.figures;
  json.Key(key).BeginObject().Field("calls", figures.calls).Field("completed", figures.completed);
  json.Field("failed", figures.failed);
  json.Field("in_progress", figures.calls - figures.completed - figures.failed);
  json.Field("duration_ms", figures.duration_ms);
  json.Field("avg_duration_ms", Quotient(figures.duration_ms, figures.calls));
  json.RawField("avg_score", AverageScore(figures));
  json.RawField("median_score", HundredthsJson(Median(half.scores)));
  json.Field("avg_operator_answer_delay_ms", Quotient(figures.delay_ms, figures.delayed));
  json.Field("operator_speech_ms", figures.operator_speech_ms);
  json.Field("customer_speech_ms", figures.customer_speech_ms).Field("silence_ms", figures.silence_ms);
  json.Field("cost_minor", figures.cost_minor).EndObject();
}

// A row for each day of the period, also for one without calls.
void WriteDaily(JsonWriter& json, const Page& page, sys_days first, sys_days last) {
  std::vector<const Figures*> by_offset(static_cast<std::size_t>((last - first).count() + 1), nullptr);
  for (const Day& day : page.days) by_offset.at(static_cast<std::size_t>(day.offset)) = &day.figures;
  const Figures none;
  json.Key("daily").BeginArray();
  for (std::size_t i = 0; i < by_offset.size(); ++i) {
    const Figures& figures = by_offset[i] ? *by_offset[i] : none;
    json.BeginObject().Field("date", FormatDay(first + days(static_cast<int>(i))));
    json.Field("calls", figures.calls);
    WriteSentiments(json, figures);
    json.RawField("avg_score", AverageScore(figures)).EndObject();
  }
  json.EndArray();
}

void WriteOperators(JsonWriter& json, const std::vector<OperatorFigures>& operators) {
  json.Key("operators").BeginArray();
  for (const OperatorFigures& one : operators) {
    json.BeginObject().Field("id", one.id).Field("code", one.code).Field("name", one.name);
    json.Field("calls", one.figures.calls).Field("completed", one.figures.completed);
    json.RawField("avg_score", AverageScore(one.figures)).Field("duration_ms", one.figures.duration_ms);
    json.Field("avg_operator_answer_delay_ms", Quotient(one.figures.delay_ms, one.figures.delayed));
    WriteSentiments(json, one.figures);
    json.EndObject();
  }
  json.EndArray();
}

void WriteTopics(JsonWriter& json, std::string_view key, std::string_view kind,
                 const std::vector<Topic>& topics) {
  json.Key(key).BeginArray();
  for (const Topic& topic : topics) {
    if (topic.kind == kind)
      json.BeginObject().Field("name", topic.name).Field("calls", topic.calls).EndObject();
  }
  json.EndArray();
}

// The worst first; last those that nobody was judged by.
bool IsWorse(const Question& a, const Question& b) {
  const std::int64_t a_asked = a.yes + a.no;
  const std::int64_t b_asked = b.yes + b.no;
  if (a_asked == 0 || b_asked == 0) return a_asked != 0;
  return a.yes * b_asked < b.yes * a_asked;
}

void WriteCompliance(JsonWriter& json, std::vector<Question> questions) {
  std::stable_sort(questions.begin(), questions.end(), IsWorse);
  json.Key("compliance").BeginArray();
  for (const Question& question : questions) {
    json.BeginObject().Field("question_id", question.id).Field("text", question.text);
    json.Field("segment", question.segment).Field("yes", question.yes).Field("no", question.no);
    json.Field("na", question.na).Field("needs_review", question.needs_review);
    json.RawField("rate", HundredthsJson(Quotient(10000 * question.yes, question.yes + question.no)));
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

void Page::Add(Question question) {
  if (questions.empty() || questions.back().id != question.id) {
    questions.push_back(std::move(question));
    return;
  }
  Question& same = questions.back();
  same.yes += question.yes;
  same.no += question.no;
  same.na += question.na;
  same.needs_review += question.needs_review;
}

std::optional<std::int64_t> Quotient(std::int64_t sum, std::int64_t count) {
  if (count <= 0) return std::nullopt;
  const std::int64_t rounded =
      ((sum < 0 ? -sum : sum) / count) + ((sum < 0 ? -sum : sum) % count * 2 >= count ? 1 : 0);
  return sum < 0 ? -rounded : rounded;
}

std::optional<std::int64_t> Median(const std::vector<ScoreCount>& scores) {
  std::int64_t total = 0;
  for (const ScoreCount& one : scores) total += one.calls;
  if (total <= 0) return std::nullopt;
  // The calls in the middle, counted from 0; the same one twice where their number is odd.
  const auto score_at = [&scores](std::int64_t index) {
    for (const ScoreCount& one : scores) {
      if (index < one.calls) return one.score;
      index -= one.calls;
    }
    return scores.back().score;
  };
  return Quotient(score_at((total - 1) / 2) + score_at(total / 2), 2);
}

std::string HundredthsJson(std::optional<std::int64_t> hundredths) {
  if (!hundredths) return "null";
  const std::int64_t whole = *hundredths / 100;
  const std::int64_t part = *hundredths % 100;
  if (part == 0) return std::to_string(whole);
  if (part % 10 == 0) return std::to_string(whole) + "." + std::to_string(part / 10);
  return std::to_string(whole) + (part < 10 ? ".0" : ".") + std::to_string(part);
}

std::string ToJson(const Page& page) {
  const sys_days first = ParseDay(page.first);
  JsonWriter json;
  json.BeginObject().Key("period").BeginObject().Field("start", page.first).Field("end", page.last);
  json.Field("previous_start", page.previous_first).Field("previous_end", FormatDay(first - days(1)));
  json.Field("timezone", page.timezone).EndObject();
  WriteTotals(json, "totals", page.recent);
  WriteTotals(json, "previous", page.previous);
  WriteDaily(json, page, first, ParseDay(page.last));
  WriteOperators(json, page.operators);
  json.Key("sentiment").BeginObject();
  WriteSentiments(json, page.recent.figures);
  json.EndObject();
  WriteTopics(json, "purposes", "purpose", page.topics);
  WriteTopics(json, "sources", "source", page.topics);
  WriteTopics(json, "interests", "interest", page.topics);
  WriteCompliance(json, page.questions);
  return json.EndObject().Take();
}

}  // namespace dialix::features::dashboard
