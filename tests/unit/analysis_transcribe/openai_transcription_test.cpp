#include "analysis/transcribe/openai_transcription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dialix::analysis {
namespace {

constexpr Span kPiece{10'000, 20'000};

TranscribedPiece Read(std::string_view json) {
  auto read = ReadTranscription(json, kPiece, 1);
  EXPECT_TRUE(read.ok()) << read.error().internal_detail;
  return read.ok() ? std::move(read).value() : TranscribedPiece{};
}

TEST(ReadTranscription, GivesWordsTheTextsCapitalsAndCutsAtPauses) {
  const auto piece = Read(R"({"language":"english","duration":10.0,"text":"Good morning. How are you?",
    "words":[{"word":"Good","start":0.5,"end":0.8},{"word":"morning","start":0.9,"end":1.4},
             {"word":"How","start":3.0,"end":3.2},{"word":"are","start":3.2,"end":3.4},{"word":"you","start":3.4,"end":3.8}],
    "segments":[{"start":0.4,"end":4.0,"text":" Good morning. How are you?","avg_logprob":-0.1}]})");
  EXPECT_EQ(piece.language, "en");
  ASSERT_EQ(piece.segments.size(), 2U);
  EXPECT_EQ(piece.segments[0].text, "Good morning.");
  EXPECT_EQ(piece.segments[0].start_ms, 10'500);
  EXPECT_EQ(piece.segments[0].end_ms, 11'400);
  EXPECT_EQ(piece.segments[0].channel, 1);
  EXPECT_EQ(piece.segments[1].text, "How are you?");
  ASSERT_EQ(piece.segments[1].words.size(), 3U);
  EXPECT_EQ(piece.segments[1].words[2].text, "you?");
  EXPECT_NEAR(piece.segments[1].words[2].confidence, 0.905, 0.001);
}

TEST(ReadTranscription, KeepsASegmentWholeWhereWordsAndTextDoNotMatch) {
  const auto piece = Read(R"({"text":"x","words":[{"word":"a","start":0,"end":1}],
    "segments":[{"start":0,"end":5,"text":"One hundred dollars."}]})");
  ASSERT_EQ(piece.segments.size(), 1U);
  EXPECT_EQ(piece.segments[0].text, "One hundred dollars.");
  EXPECT_EQ(piece.segments[0].end_ms, 15'000);
  EXPECT_EQ(piece.segments[0].words.size(), 1U);
}

TEST(ReadTranscription, WithoutWordsTakesSegmentsAndWithoutThoseTheText) {
  const auto segments = Read(R"({"language":"ru","text":"да","segments":[{"start":1,"end":2,"text":"да"}]})");
  EXPECT_EQ(segments.language, "ru");
  ASSERT_EQ(segments.segments.size(), 1U);
  EXPECT_EQ(segments.segments[0].start_ms, 11'000);
  EXPECT_TRUE(segments.segments[0].words.empty());
  const auto text = Read(R"({"text":" hello "})");
  ASSERT_EQ(text.segments.size(), 1U);
  EXPECT_EQ(text.segments[0].text, "hello");
  EXPECT_EQ(text.segments[0].start_ms, kPiece.start_ms);
  EXPECT_EQ(text.segments[0].end_ms, kPiece.end_ms);
}

TEST(ReadTranscription, NothingSaidIsNoSegment) {
  EXPECT_TRUE(Read(R"({"text":"","words":[],"segments":[]})").segments.empty());
}

TEST(ReadTranscription, DropsWhatTheServiceItselfThinksIsNoSpeech) {
  const auto piece = Read(R"({"text":"Thanks for watching!",
    "words":[{"word":"Thanks","start":1,"end":2},{"word":"watching","start":2,"end":3}],
    "segments":[{"start":0,"end":9,"text":"Thanks for watching!","no_speech_prob":0.9,"avg_logprob":-1.4}]})");
  EXPECT_TRUE(piece.segments.empty());
}

TEST(ReadTranscription, PutsWildTimesInOrderAndInsideThePiece) {
  const auto piece = Read(R"({"text":"a b c","words":[{"word":"a","start":-5,"end":1e300},
    {"word":"b","start":4,"end":2},{"word":"c","start":1,"end":99999999}]})");
  std::int64_t earlier = kPiece.start_ms;
  std::size_t words = 0;
  for (const Segment& segment : piece.segments) {
    for (const Word& word : segment.words) {
      EXPECT_GE(word.start_ms, earlier);
      EXPECT_GE(word.end_ms, word.start_ms);
      EXPECT_LE(word.end_ms, kPiece.end_ms);
      earlier = word.start_ms;
      ++words;
    }
  }
  EXPECT_EQ(words, 3U);
}

class WrongShapes : public testing::TestWithParam<const char*> {};

TEST_P(WrongShapes, AreUpstreamErrors) {
  const auto read = ReadTranscription(GetParam(), kPiece, 0);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Error::Code::kUpstream);
  EXPECT_EQ(read.error().public_message, "The speech service sent an answer that cannot be read.");
}

INSTANTIATE_TEST_SUITE_P(ReadTranscription, WrongShapes,
                         testing::Values("", "<html>busy</html>", "[]", "{}", R"({"text":5})",
                                         R"({"text":"a","words":"a"})", R"({"text":"a","words":[5]})",
                                         R"({"text":"a","words":[{"word":"a","start":"0","end":1}]})",
                                         R"({"text":"a","words":[{"word":"a"}]})",
                                         R"({"text":"a","segments":{"start":"soon"}})",
                                         R"({"text":"a","segments":[{"start":0,"end":1}]})"));

TEST(LanguageCode, TakesNamesAndCodes) {
  EXPECT_EQ(LanguageCode("English"), "en");
  EXPECT_EQ(LanguageCode("uzbek"), "uz");
  EXPECT_EQ(LanguageCode("ru"), "ru");
  EXPECT_EQ(LanguageCode("klingon"), "");
  EXPECT_EQ(LanguageCode("x1"), "");
  EXPECT_EQ(LanguageCode(""), "");
}

}  // namespace
}  // namespace dialix::analysis
