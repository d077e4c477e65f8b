// The dashboard as values, and its JSON (docs/openapi.yaml, Dashboard). Pure: knows neither SQL nor requests.
// Sums come in exact (scores in hundredths), so that averages, medians and rates are rounded once, half away
// from zero, as PostgreSQL rounds numeric.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dialix::features::dashboard {

struct Figures {
  std::int64_t calls = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t positive = 0;
  std::int64_t neutral = 0;
  std::int64_t negative = 0;
  std::int64_t scored = 0;     // calls with a score
  std::int64_t score_sum = 0;  // hundredths
  std::int64_t delayed = 0;    // calls whose operator's answer delay is known
  std::int64_t delay_ms = 0;
  std::int64_t duration_ms = 0;
  std::int64_t operator_speech_ms = 0;
  std::int64_t customer_speech_ms = 0;
  std::int64_t silence_ms = 0;
  std::int64_t cost_minor = 0;
};

struct ScoreCount {
  std::int64_t score = 0;  // hundredths
  std::int64_t calls = 0;
};

struct Half {
  Figures figures;
  std::vector<ScoreCount> scores;  // by score
};

struct Day {
  std::int64_t offset = 0;  // days after the period's first
  Figures figures;
};

struct OperatorFigures {
  std::optional<std::string> id;  // none: calls without an operator
  std::optional<std::string> code;
  std::optional<std::string> name;
  Figures figures;
};

struct Topic {
  std::string kind;  // purpose, source, interest
  std::string name;
  std::int64_t calls = 0;
};

struct Question {
  std::string id;
  std::string text;
  std::string segment;
  std::int64_t yes = 0;
  std::int64_t no = 0;
  std::int64_t na = 0;
  std::int64_t needs_review = 0;
};

struct Page {
  std::string timezone;
  std::string first;  // "2026-11-02"
  std::string last;
  std::string previous_first;
  Half recent;
  Half previous;
  std::vector<Day> days;  // those with calls, in any order
  std::vector<OperatorFigures> operators;
  std::vector<Topic> topics;
  std::vector<Question> questions;  // by id

  // Adds answers to a question given in several wordings: the first one's words stand.
  void Add(Question question);
};

// The quotient, rounded half away from zero; nothing where there is nothing to divide by.
[[nodiscard]] std::optional<std::int64_t> Quotient(std::int64_t sum, std::int64_t count);
// The median score in hundredths: the middle one, or the mean of the two in the middle.
[[nodiscard]] std::optional<std::int64_t> Median(const std::vector<ScoreCount>& scores);
// 6263 → "62.63", 8050 → "80.5", 7500 → "75"; "null" for nothing.
[[nodiscard]] std::string HundredthsJson(std::optional<std::int64_t> hundredths);

[[nodiscard]] std::string ToJson(const Page& page);

}  // namespace dialix::features::dashboard
