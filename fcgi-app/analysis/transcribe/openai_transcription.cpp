#include "analysis/transcribe/openai_transcription.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "analysis/transcribe/utterances.h"
#include "base/json.h"

namespace dialix::analysis {
namespace {

// One of the service's own segments, and the words that fall into it.
struct ServiceSegment {
  Segment segment;
  double confidence = 0;
};

Error WrongShape(std::string_view what) {
  return Fail(Error::Code::kUpstream, "The speech service sent an answer that cannot be read.",
              "transcription: " + std::string(what));
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Seconds after the piece's start, as milliseconds of the recording, inside the piece.
std::int64_t At(double seconds, const Span& piece) {
  const double length = static_cast<double>(piece.end_ms - piece.start_ms);
  return piece.start_ms + static_cast<std::int64_t>(std::clamp(seconds * 1000.0, 0.0, length));
}

Result<Span> TimesOf(JsonView object, const Span& piece) {
  if (!object["start"].IsNumber() || !object["end"].IsNumber())
    return WrongShape("start or end is no number");
  Span span{At(object["start"].NumberOr(0), piece), At(object["end"].NumberOr(0), piece)};
  span.end_ms = std::max(span.start_ms, span.end_ms);
  return span;
}

Result<std::vector<Word>> ReadWords(JsonView list, const Span& piece) {
  std::vector<Word> words;
  if (!list.Exists() || list.IsNull()) return words;
  if (!list.IsArray()) return WrongShape("words is no list");
  std::int64_t earliest = piece.start_ms;
  for (std::size_t i = 0; i < list.Size(); ++i) {
    if (!list[i]["word"].IsString()) return WrongShape("a word is no text");
    DIALIX_TRY(Span times, TimesOf(list[i], piece));
    times.start_ms = std::max(times.start_ms, earliest);
    times.end_ms = std::max(times.end_ms, times.start_ms);
    earliest = times.start_ms;
    std::string text(Trim(list[i]["word"].StringOr("")));
    if (text.empty()) continue;
    words.push_back({std::move(text), times.start_ms, times.end_ms,
                     std::clamp(list[i]["probability"].NumberOr(-1), -1.0, 1.0)});
  }
  return words;
}

// Whisper writes down thanks for watching where nobody says anything; it then thinks so itself.
bool IsNoSpeech(JsonView segment) {
  return segment["no_speech_prob"].NumberOr(0) > 0.6 && segment["avg_logprob"].NumberOr(0) < -1.0;
}

Result<std::vector<ServiceSegment>> ReadSegments(JsonView list, const Span& piece, int channel,
                                                 std::vector<Span>* no_speech) {
  std::vector<ServiceSegment> segments;
  if (!list.Exists() || list.IsNull()) return segments;
  if (!list.IsArray()) return WrongShape("segments is no list");
  for (std::size_t i = 0; i < list.Size(); ++i) {
    if (!list[i]["text"].IsString()) return WrongShape("a segment has no text");
    DIALIX_TRY(const Span times, TimesOf(list[i], piece));
    if (IsNoSpeech(list[i])) {
      no_speech->push_back(times);
      continue;
    }
    ServiceSegment read;
    read.segment.channel = channel;
    read.segment.start_ms = times.start_ms;
    read.segment.end_ms = times.end_ms;
    read.segment.text = Trim(list[i]["text"].StringOr(""));
    if (list[i]["avg_logprob"].IsNumber()) {
      read.confidence = std::clamp(std::exp(list[i]["avg_logprob"].NumberOr(0)), 0.0, 1.0);
    }
    if (!read.segment.text.empty()) segments.push_back(std::move(read));
  }
  std::stable_sort(segments.begin(), segments.end(),
                   [](const auto& a, const auto& b) { return a.segment.start_ms < b.segment.start_ms; });
  return segments;
}

std::vector<std::string_view> Tokens(std::string_view text) {
  std::vector<std::string_view> tokens;
  while (!(text = Trim(text)).empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    tokens.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return tokens;
}

// The segment's text has the capitals and commas that the words lack: give them to the words where they match
// one to one, and then cut at pauses. Otherwise the segment stays whole.
void AppendCutAtPauses(ServiceSegment read, std::vector<Segment>* into) {
  const std::vector<std::string_view> tokens = Tokens(read.segment.text);
  std::vector<Word>& words = read.segment.words;
  for (Word& word : words) {
    if (word.confidence < 0) word.confidence = read.confidence;
  }
  if (tokens.size() != words.size()) {
    into->push_back(std::move(read.segment));
    return;
  }
  for (std::size_t i = 0; i < words.size(); ++i) words[i].text = tokens[i];
  for (Segment& segment : SegmentsOf(std::move(words), read.segment.channel))
    into->push_back(std::move(segment));
}

bool Inside(const Word& word, const std::vector<Span>& spans) {
  const std::int64_t middle = (word.start_ms + word.end_ms) / 2;
  return std::any_of(spans.begin(), spans.end(),
                     [&](const Span& span) { return middle >= span.start_ms && middle < span.end_ms; });
}

// Each word goes to the last segment that began before its middle: none is lost where the two disagree by a
// little.
void ShareOut(std::vector<Word> words, std::vector<ServiceSegment>* segments) {
  std::size_t current = 0;
  for (Word& word : words) {
    const std::int64_t middle = (word.start_ms + word.end_ms) / 2;
    while (current + 1 < segments->size() && (*segments)[current + 1].segment.start_ms <= middle) ++current;
    (*segments)[current].segment.words.push_back(std::move(word));
  }
}

}  // namespace

std::string LanguageCode(std::string_view language) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kNames{{{"english", "en"},
                                                                                  {"russian", "ru"},
                                                                                  {"uzbek", "uz"},
                                                                                  {"kazakh", "kk"},
                                                                                  {"tajik", "tg"},
                                                                                  {"kyrgyz", "ky"},
                                                                                  {"turkmen", "tk"},
                                                                                  {"turkish", "tr"},
                                                                                  {"german", "de"},
                                                                                  {"french", "fr"},
                                                                                  {"spanish", "es"},
                                                                                  {"chinese", "zh"}}};
  std::string lower(language.substr(0, 32));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const auto& [name, code] : kNames) {
    if (name == lower) return std::string(code);
  }
  const bool code = lower.size() == 2 &&
                    std::all_of(lower.begin(), lower.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return code ? lower : "";
}

Result<TranscribedPiece> ReadTranscription(std::string_view json, const Span& piece, int channel) {
  const auto document = JsonDocument::Parse(json);
  if (!document.ok()) return WrongShape(document.error().internal_detail);
  const JsonView root = document->Root();
  if (!root["text"].IsString() && !root["segments"].IsArray() && !root["words"].IsArray()) {
    return WrongShape("neither text nor segments nor words");
  }
  std::vector<Span> no_speech;
  DIALIX_TRY(std::vector<Word> words, ReadWords(root["words"], piece));
  DIALIX_TRY(std::vector<ServiceSegment> segments,
             ReadSegments(root["segments"], piece, channel, &no_speech));
  std::erase_if(words, [&](const Word& word) { return Inside(word, no_speech); });

  TranscribedPiece read;
  read.language = LanguageCode(root["language"].StringOr(""));
  if (segments.empty()) {
    for (Word& word : words) word.confidence = std::max(0.0, word.confidence);
    read.segments = SegmentsOf(std::move(words), channel);
    const std::string text(Trim(root["text"].StringOr("")));
    if (read.segments.empty() && no_speech.empty() && !text.empty()) {
      read.segments.push_back({channel, Speaker::kUnknown, piece.start_ms, piece.end_ms, text, {}});
    }
    return read;
  }
  ShareOut(std::move(words), &segments);
  for (ServiceSegment& segment : segments) AppendCutAtPauses(std::move(segment), &read.segments);
  return read;
}

}  // namespace dialix::analysis
