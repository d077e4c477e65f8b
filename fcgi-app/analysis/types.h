// What the steps of one call's analysis hand to each other: plain values, no I/O, no locks.
// All times are milliseconds from the start of the recording.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dialix::analysis {

enum class Speaker { kUnknown, kOperator, kCustomer };
enum class Direction { kUnknown, kInbound, kOutbound, kInternal };

struct Span {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;  // exclusive, >= start_ms
};

struct Word {
  std::string text;  // UTF-8, as spoken
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  double confidence = 0;  // 0..1
};

// One uninterrupted utterance of one speaker.
struct Segment {
  int channel = -1;  // audio channel it was heard on; -1 where the file is mono and nothing tells
  Speaker speaker = Speaker::kUnknown;
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::string text;
  std::vector<Word> words;  // may be empty for engines that give none
};

struct Transcript {
  std::string language;           // BCP 47: "en", "ru", "uz"; empty where the engine can't tell
  std::string engine;             // "pocketsphinx/en-us", "openai/whisper-1"
  std::vector<Segment> segments;  // ordered by start_ms, then channel
};

// Which channel (or diarized speaker) is the operator, and how sure we are of it.
struct SpeakerRoles {
  int operator_channel = -1;  // -1: unknown
  double confidence = 0;      // 0..1
  std::string basis;          // "channel_map", "greeting", "direction", "none"
};

// Talk metrics of one call. A null means that it cannot be known (a mono file has no sides).
struct TalkMetrics {
  std::optional<std::int64_t> operator_answer_delay_ms;  // recording's start → operator's first speech
  std::optional<std::int64_t> operator_speech_ms;
  std::optional<std::int64_t> customer_speech_ms;
  std::int64_t speech_ms = 0;              // anyone speaks
  std::int64_t silence_ms = 0;             // sum of `silences`
  std::optional<std::int64_t> overlap_ms;  // sum of `overlaps`
  std::vector<Span> silences;              // nobody speaks for longer than 3 s
  std::vector<Span> overlaps;              // both sides speak for longer than 1 s
};

struct Question {
  std::string id;
  std::string text;
  double weight = 1;                  // > 0
  std::vector<std::string> keywords;  // phrases that answer it; may be empty: then the words of `text` count
  Speaker asked_of = Speaker::kOperator;
};

struct ChecklistSegment {
  std::string title;
  std::vector<Question> questions;
};

struct Checklist {
  std::string id;
  int version = 0;
  std::vector<ChecklistSegment> segments;
  std::string title;
};

enum class Verdict { kYes, kNo, kNotApplicable, kNeedsReview };

struct Evidence {
  std::string quote;  // found in the transcript by our own code, never taken on trust
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  Speaker speaker = Speaker::kUnknown;
};

struct Answer {
  std::string question_id;
  Verdict verdict = Verdict::kNeedsReview;
  std::optional<double> confidence;  // 0..1
  std::optional<Evidence> evidence;  // REQUIRED for kYes
  std::string comment;               // why, for people; may be empty
};

// What the company asks about; company settings, not code.
struct AskedFor {
  std::string language;  // of summaries: "uz", "ru", "en"
  std::vector<std::string> purposes;
  std::vector<std::string> products;
  std::vector<std::string> lead_sources;
};

// What the assessor found. Null means "cannot know", never a guess.
struct Assessment {
  std::string engine;  // "lexical/1", "openai/gpt-4o-mini"
  std::optional<std::string> summary;
  std::optional<std::string> call_purpose;
  std::optional<std::string> lead_source;
  std::vector<std::string> interests;                 // products spoken of
  std::optional<std::string> sentiment_conversation;  // "positive" | "neutral" | "negative"
  std::optional<std::string> sentiment_operator;
  std::optional<std::string> sentiment_customer;
  std::optional<std::string> customer_gender;  // "male" | "female"
  std::optional<bool> operator_greeted;
  std::vector<Answer> answers;  // one for every question of the checklist, in its order
};

}  // namespace dialix::analysis
