// The embedded engine on real speech. Its word errors are measured by scripts/wer; here it is the mechanics.
#include "analysis/transcribe/pocketsphinx_transcriber.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "analysis/transcribe/factory.h"
#include "sound.h"

namespace dialix::analysis {
namespace {

using testing::HasSubstr;
using tests::operator+;
using tests::Silence;
using tests::Speech;

constexpr char kModels[] = "/usr/share/pocketsphinx/model/en-us";

class PocketsphinxTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = MakePocketsphinxTranscriber(kModels, 2);
    ASSERT_TRUE(made.ok()) << made.error().public_message;
    engine_ = std::move(made).value().release();
  }
  static void TearDownTestSuite() {
    delete engine_;
    engine_ = nullptr;
  }

  static Result<Transcript> Transcribe(const DecodedAudio& audio,
                                       const std::vector<std::vector<Span>>& speech,
                                       const CancelFlag* cancel = nullptr,
                                       std::vector<int>* progress = nullptr) {
    TranscribeRequest request;
    request.audio = &audio;
    request.speech = &speech;
    request.cancel = cancel;
    if (progress != nullptr) request.progress = [progress](int percent) { progress->push_back(percent); };
    return engine_->Transcribe(request);
  }

  static Transcriber* engine_;
};
Transcriber* PocketsphinxTest::engine_ = nullptr;

TEST_F(PocketsphinxTest, HearsWhatIsSaidOnEachChannelAndWhen) {
  // The left side speaks from second 2 on, the right side from second 6 on.
  const auto said = Speech("0880");  // "he was not an ill disposed young man", 3 s
  const auto length = static_cast<std::int64_t>(said.size()) / 16;
  const DecodedAudio audio =
      tests::AudioOf({Silence(2000) + said + Silence(5000), Silence(6000) + said + Silence(1000)});
  std::vector<int> progress;
  const auto transcript =
      Transcribe(audio, {{{2000, 2000 + length}}, {{6000, 6000 + length}}}, nullptr, &progress);
  ASSERT_TRUE(transcript.ok()) << transcript.error().internal_detail;
  EXPECT_EQ(transcript->engine, "pocketsphinx/en-us");
  EXPECT_EQ(transcript->language, "en");
  ASSERT_GE(transcript->segments.size(), 2U);
  EXPECT_EQ(transcript->segments.front().channel, 0);
  EXPECT_EQ(transcript->segments.back().channel, 1);
  EXPECT_THAT(transcript->segments.front().text, HasSubstr("he was not"));
  EXPECT_THAT(transcript->segments.back().text, HasSubstr("young man"));
  EXPECT_GE(transcript->segments.front().start_ms, 1900);
  EXPECT_GE(transcript->segments.back().start_ms, 5900);
  EXPECT_EQ(progress.back(), 100);
  for (const Segment& segment : transcript->segments) {
    std::int64_t earlier = segment.start_ms;
    for (const Word& word : segment.words) {
      EXPECT_GE(word.start_ms, earlier);
      EXPECT_GT(word.end_ms, word.start_ms);
      EXPECT_GT(word.confidence, 0);
      EXPECT_LE(word.confidence, 1);
      EXPECT_THAT(word.text, testing::Not(testing::ContainsRegex("[<(\\[+]")));
      earlier = word.start_ms;
    }
    EXPECT_LE(segment.end_ms, audio.duration_ms);
  }
}

TEST_F(PocketsphinxTest, NoSpeechIsAnEmptyTranscript) {
  const DecodedAudio audio = tests::AudioOf({Silence(3000)});
  const auto transcript = Transcribe(audio, {{}});
  ASSERT_TRUE(transcript.ok());
  EXPECT_TRUE(transcript->segments.empty());
}

TEST_F(PocketsphinxTest, ATinyUtteranceAtTheEndDoesNotFail) {
  const DecodedAudio audio = tests::AudioOf({Silence(1000)});
  EXPECT_TRUE(Transcribe(audio, {{{999, 1000}}}).ok());
  EXPECT_TRUE(Transcribe(audio, {{{0, 20}}}).ok());
}

TEST_F(PocketsphinxTest, CancelledBeforeItStartsItStops) {
  const CancelFlag cancel{true};
  const DecodedAudio audio = tests::AudioOf({Speech("0880")});
  const auto transcript = Transcribe(audio, {{{0, audio.duration_ms}}}, &cancel);
  ASSERT_FALSE(transcript.ok());
  EXPECT_EQ(transcript.error().code, Error::Code::kUnavailable);
}

TEST_F(PocketsphinxTest, MoreCallsThanDecodersWaitTheirTurnAndAllHearTheSame) {
  const DecodedAudio audio = tests::AudioOf({Speech("0880")});
  const std::vector<std::vector<Span>> speech{{{0, audio.duration_ms}}};
  std::vector<std::string> heard(3);
  std::vector<std::thread> threads;
  for (std::string& text : heard) {
    threads.emplace_back([&] {
      const auto transcript = Transcribe(audio, speech);
      if (transcript.ok() && !transcript->segments.empty()) text = transcript->segments.front().text;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(heard[0], HasSubstr("young man"));
  EXPECT_EQ(heard[0], heard[1]);
  EXPECT_EQ(heard[0], heard[2]);
}

TEST(PocketsphinxFactory, NamesTheModelFileThatIsMissing) {
  TranscriberOptions options;
  options.model_dir = "/nonexistent";
  const auto made = MakeTranscriber(options);
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error().public_message, HasSubstr("/nonexistent"));
}

TEST(TranscriberFactory, KnowsItsProvidersAndRefusesOthers) {
  TranscriberOptions options;
  options.provider = "openai";
  options.model = "m";
  EXPECT_FALSE(MakeTranscriber(options).ok());
  options.base_url = "http://127.0.0.1:1/v1";
  const auto made = MakeTranscriber(options);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ((*made)->Name(), "openai/m");
  options.provider = "magic";
  EXPECT_FALSE(MakeTranscriber(options).ok());
}

}  // namespace
}  // namespace dialix::analysis
