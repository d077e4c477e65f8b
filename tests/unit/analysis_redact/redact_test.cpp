#include "analysis/redact/redact.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "analysis/redact/number_rules.h"
#include "phrases.h"

namespace dialix::analysis {
namespace {

constexpr RedactionRules kAll{true, true, true, false};

Segment Said(int channel, std::int64_t start_ms, const std::string& text, bool with_words = true) {
  Segment segment;
  segment.channel = channel;
  segment.start_ms = start_ms;
  segment.text = text;
  std::istringstream stream(text);
  std::int64_t at = start_ms;
  for (std::string word; stream >> word; at += 300) {
    if (with_words) segment.words.push_back({word, at, at + 250, 0.9});
  }
  segment.end_ms = at;
  return segment;
}

std::string Words(const Segment& segment) {
  std::string text;
  for (const Word& word : segment.words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

// Of the labelled phrases: what is found as it should be, what is not, what is found where there is nothing.
TEST(RedactTranscript, FindsWhatTheLabelledPhrasesHave) {
  struct Count {
    int right = 0;
    int missed = 0;
    int wrong = 0;
  };
  std::map<std::string, Count> counts;
  for (const Phrase& phrase : kPhrases) {
    Transcript transcript;
    transcript.segments.push_back(Said(0, 0, phrase.text));
    const auto count = [](std::istringstream kinds) {
      std::map<std::string, int> counted{{"card", 0}, {"phone", 0}, {"email", 0}};
      for (std::string kind; kinds >> kind;) ++counted[kind];
      return counted;
    };
    auto expected = count(std::istringstream(phrase.kinds));
    const auto known = count(std::istringstream(phrase.found != nullptr ? phrase.found : phrase.kinds));
    auto found = count(std::istringstream());
    for (const RedactedSpan& span : RedactTranscript(transcript, kAll))
      ++found[std::string(NameOf(span.kind))];
    for (const char* kind : {"card", "phone", "email"}) {
      const int both = std::min(expected[kind], found[kind]);
      counts[kind].right += both;
      counts[kind].missed += expected[kind] - both;
      counts[kind].wrong += found[kind] - both;
    }
    EXPECT_EQ(known, found) << phrase.text << "\n  became: " << transcript.segments[0].text;
  }
  for (const auto& [kind, count] : counts) {
    const int said = count.right + count.missed;
    EXPECT_GE(count.right * 100, said * 85) << kind;
    EXPECT_GE(count.right * 100, (count.right + count.wrong) * 90) << kind;
    std::printf("  %-5s found %d, missed %d, wrong %d\n", kind.c_str(), count.right, count.missed,
                count.wrong);
  }
}

TEST(RedactTranscript, ReplacesInTextAndWordsAndKeepsTheTimes) {
  Transcript transcript;
  transcript.segments.push_back(Said(1, 1000, "My card is 4111 1111 1111 1111, thanks."));
  const auto spans = RedactTranscript(transcript, kAll);
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].channel, 1);
  EXPECT_EQ(spans[0].span.start_ms, 1900);
  EXPECT_EQ(spans[0].span.end_ms, 3050);
  const Segment& segment = transcript.segments[0];
  EXPECT_EQ(segment.text, "My card is [card], thanks.");
  EXPECT_EQ(Words(segment), "My card is [card], thanks.");
  EXPECT_EQ(segment.words[3].start_ms, 1900);
  EXPECT_EQ(segment.words[3].end_ms, 3050);
  EXPECT_EQ(segment.words[4].start_ms, 3100);
}

TEST(RedactTranscript, FollowsOneSpeakerAcrossSegmentsAndTheOther) {
  Transcript transcript;
  transcript.segments.push_back(Said(1, 0, "four one one one one one one one"));
  transcript.segments.push_back(Said(0, 2600, "go on"));
  transcript.segments.push_back(Said(1, 3400, "one one one one one one one one is it"));
  const auto spans = RedactTranscript(transcript, kAll);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(transcript.segments[0].text, "[card]");
  EXPECT_EQ(transcript.segments[1].text, "go on");
  EXPECT_EQ(transcript.segments[2].text, "[card] is it");
  EXPECT_EQ(Words(transcript.segments[2]), "[card] is it");
  EXPECT_EQ(spans[1].span.start_ms, 3400);
}

TEST(RedactTranscript, DoesNotJoinTheDigitsOfTwoSpeakers) {
  Transcript transcript;
  transcript.segments.push_back(Said(1, 0, "four one one one one one one one"));
  transcript.segments.push_back(Said(0, 2600, "one one one one one one one one"));
  EXPECT_TRUE(RedactTranscript(transcript, kAll).empty());
}

TEST(RedactTranscript, SilencesTheWholeSegmentWhereNoWordsTellTheTime) {
  Transcript transcript;
  transcript.segments.push_back(Said(0, 500, "the number is +998 90 123 45 67", false));
  const auto spans = RedactTranscript(transcript, kAll);
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].span.start_ms, 500);
  EXPECT_EQ(spans[0].span.end_ms, transcript.segments[0].end_ms);
  EXPECT_EQ(transcript.segments[0].text, "the number is [phone]");
}

TEST(RedactTranscript, LeavesWhatTheCompanyDidNotAskFor) {
  const char* text = "4111 1111 1111 1111 or +998 90 123-45-67 or a@b.uz";
  EXPECT_EQ(RedactText(text, {true, false, false, false}), "[card] or +998 90 123-45-67 or a@b.uz");
  EXPECT_EQ(RedactText(text, {false, true, false, false}), "4111 1111 1111 1111 or [phone] or a@b.uz");
  EXPECT_EQ(RedactText(text, {false, false, true, false}),
            "4111 1111 1111 1111 or +998 90 123-45-67 or [email]");
  EXPECT_EQ(RedactText(text, {}), text);
}

TEST(RedactTranscript, IsTheSameTheSecondTime) {
  for (const Phrase& phrase : kPhrases) {
    const std::string once = RedactText(phrase.text, kAll);
    EXPECT_EQ(RedactText(once, kAll), once) << phrase.text;
  }
}

TEST(RedactNumber, TakesOutOneNumberInAllItsForms) {
  for (const char* text : {"+998 90 123-45-67", "998901234567", "90 123 45 67",
                           "nine nine eight nine zero one two three four five six seven",
                           "девяносто сто двадцать три сорок пять шестьдесят семь"}) {
    EXPECT_EQ(RedactNumber(text, "998901234567"), "[phone]") << text;
  }
  EXPECT_EQ(RedactNumber("+998 90 123-45-68 or 90 765 43 21", "998901234567"),
            "+998 90 123-45-68 or 90 765 43 21");
  EXPECT_EQ(RedactNumber("79901234567", "998901234567"), "79901234567");  // somebody else's, in Russia
}

TEST(LuhnCheck, KnowsTheSchemesTestNumbersAndOneWrongDigit) {
  for (const char* card : {"4111111111111111", "5555555555554444", "378282246310005", "6011111111111117"}) {
    EXPECT_TRUE(PassesLuhn(card)) << card;
    std::string wrong = card;
    wrong[5] = static_cast<char>(wrong[5] == '9' ? '0' : wrong[5] + 1);
    EXPECT_FALSE(PassesLuhn(wrong)) << wrong;
  }
  EXPECT_FALSE(PassesLuhn(""));
}

}  // namespace
}  // namespace dialix::analysis
