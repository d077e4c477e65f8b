#include "analysis/speakers/roles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "analysis/assess/lexicon.h"
#include "analysis/assess/phrase_matcher.h"
#include "analysis/assess/transcript_index.h"

namespace dialix::analysis {
namespace {

constexpr std::size_t kOpeningWords = 40;
constexpr int kClearLead = 3;
constexpr int kSomeLead = 2;
constexpr std::int64_t kFirstByMs = 200;

// Points for a section's phrases in one stream: `each`, bounded by `most` in size, in the opening only or
// anywhere.
struct Rule {
  std::string_view section;
  int each;
  int most;
  bool opening;
};
constexpr std::array<Rule, 9> kRules = {{{"greeting", 1, 1, true},
                                         {"introduction", 3, 3, true},
                                         {"offer_help", 4, 4, true},
                                         {"operator_phrase", 2, 6, false},
                                         {"anything_else", 3, 3, false},
                                         {"ask_name", 2, 2, false},
                                         {"ask_phone", 2, 2, false},
                                         {"hold", 1, 2, false},
                                         {"customer_phrase", -2, 6, false}}};

int PointsOf(const StemmedStream& stream) {
  int points = 0;
  if (!stream.language) return points;
  for (const Rule& rule : kRules) {
    int earned = 0;
    for (const PhraseHit& hit : FindPhrases(stream, Lexicon::Of(*stream.language).Section(rule.section))) {
      if (!rule.opening || hit.first < kOpeningWords) earned += rule.each;
    }
    points += std::clamp(earned, -rule.most, rule.most);
  }
  return points;
}

// How many points channel 0 leads by (negative: channel 1).
int LeadByPhrases(const Transcript& transcript) {
  const TranscriptIndex index(transcript);
  const std::optional<Language> language = LanguageOfCall(transcript);
  int lead = 0;
  for (const WordStream& stream : index.streams()) {
    if (stream.channel != 0 && stream.channel != 1) continue;
    int points = PointsOf(StemmedStream(stream, language));
    if (language == Language::kUzbek)
      points = std::max(points, PointsOf(StemmedStream(stream, Language::kRussian)));
    lead += stream.channel == 0 ? points : -points;
  }
  return lead;
}

std::optional<std::int64_t> FirstSpeech(const Transcript& transcript,
                                        const std::vector<std::vector<Span>>& speech, int channel) {
  std::optional<std::int64_t> first;
  const auto consider = [&first](std::int64_t start) { first = first ? std::min(*first, start) : start; };
  // Voice activity also hears what is no word (ringing); the words are the better witness where there are
  // any.
  for (const Segment& segment : transcript.segments) {
    if (segment.channel == channel) consider(segment.start_ms);
  }
  if (first || static_cast<std::size_t>(channel) >= speech.size()) return first;
  for (const Span& span : speech[static_cast<std::size_t>(channel)]) consider(span.start_ms);
  return first;
}

// The operator's channel by who speaks first; −1 where that tells nothing.
int ChannelByDirection(const Transcript& transcript, const std::vector<std::vector<Span>>& speech,
                       Direction direction) {
  if (direction != Direction::kInbound && direction != Direction::kOutbound) return -1;
  const std::optional<std::int64_t> zero = FirstSpeech(transcript, speech, 0);
  const std::optional<std::int64_t> one = FirstSpeech(transcript, speech, 1);
  if (!zero || !one || std::llabs(*zero - *one) < kFirstByMs) return -1;
  const int callee = *zero < *one ? 0 : 1;
  return direction == Direction::kInbound ? callee : 1 - callee;
}

std::size_t CountChannels(const Transcript& transcript, const std::vector<std::vector<Span>>& speech) {
  std::set<int> channels;
  for (const Segment& segment : transcript.segments) {
    if (segment.channel >= 0) channels.insert(segment.channel);
  }
  return std::max(channels.size(), speech.size());
}

}  // namespace

SpeakerRoles DecideRoles(const Transcript& transcript, const std::vector<std::vector<Span>>& speech,
                         const RoleHints& hints) {
  const SpeakerRoles unknown{-1, 0, "none"};
  if (CountChannels(transcript, speech) < 2) return unknown;
  if (speech.size() >= 2 && hints.operator_channel && *hints.operator_channel >= 0 &&
      static_cast<std::size_t>(*hints.operator_channel) < speech.size()) {
    return {*hints.operator_channel, 1, "channel_map"};
  }
  const int lead = LeadByPhrases(transcript);
  const int by_phrases = lead > 0 ? 0 : lead < 0 ? 1 : -1;
  const int by_direction = ChannelByDirection(transcript, speech, hints.direction);
  if (std::abs(lead) >= kClearLead) {
    double confidence = std::min(0.95, 0.6 + 0.05 * std::abs(lead));
    if (by_direction >= 0) confidence += by_direction == by_phrases ? 0.02 : -0.1;
    return {by_phrases, confidence, "greeting"};
  }
  if (by_direction >= 0) {
    const double opinion = by_phrases < 0 ? 0 : by_phrases == by_direction ? 0.05 : -0.05;
    return {by_direction, 0.6 + opinion, "direction"};
  }
  if (std::abs(lead) >= kSomeLead) return {by_phrases, 0.55, "greeting"};
  return unknown;
}

void ApplyRoles(Transcript& transcript, const SpeakerRoles& roles) {
  for (Segment& segment : transcript.segments) {
    if (roles.operator_channel < 0 || segment.channel < 0) {
      segment.speaker = Speaker::kUnknown;
    } else {
      segment.speaker = segment.channel == roles.operator_channel ? Speaker::kOperator : Speaker::kCustomer;
    }
  }
}

}  // namespace dialix::analysis
