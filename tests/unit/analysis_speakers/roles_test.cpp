#include "analysis/speakers/roles.h"

#include <gtest/gtest.h>

#include "../analysis_assess/calls.h"

namespace dialix::analysis {
namespace {

using testing::Call;
using testing::Cu;
using testing::Op;
using testing::Un;

const std::vector<std::vector<Span>> kStereo(2);

// The utterances say who is who; the decision must find channel 0 (Op) out again from the words.
Transcript Unlabelled(Transcript transcript) {
  ApplyRoles(transcript, {-1, 0, "none"});
  return transcript;
}

Transcript SwapChannels(Transcript transcript) {
  for (Segment& segment : transcript.segments) segment.channel = 1 - segment.channel;
  return transcript;
}

RoleHints Towards(Direction direction) {
  RoleHints hints;
  hints.direction = direction;
  return hints;
}

TEST(DecideRoles, TrustsTheChannelMapAboveAll) {
  RoleHints hints;
  hints.operator_channel = 1;
  const SpeakerRoles roles = DecideRoles(Unlabelled(testing::EnglishOrder()), kStereo, hints);
  EXPECT_EQ(roles.operator_channel, 1);
  EXPECT_EQ(roles.confidence, 1);
  EXPECT_EQ(roles.basis, "channel_map");
}

TEST(DecideRoles, IgnoresAChannelMapThatTheFileHasNoChannelFor) {
  RoleHints hints;
  hints.operator_channel = 7;
  EXPECT_EQ(DecideRoles(Unlabelled(testing::EnglishOrder()), kStereo, hints).basis, "greeting");
}

TEST(DecideRoles, KnowsTheOperatorByWhatOperatorsSay) {
  for (const Transcript& call : {testing::EnglishOrder(), testing::RussianOrder(), testing::UzbekOrder()}) {
    const SpeakerRoles roles = DecideRoles(Unlabelled(call), kStereo, {});
    EXPECT_EQ(roles.operator_channel, 0) << call.language;
    EXPECT_EQ(roles.basis, "greeting") << call.language;
    EXPECT_GE(roles.confidence, 0.75) << call.language;
    const SpeakerRoles swapped = DecideRoles(SwapChannels(call), kStereo, {});
    EXPECT_EQ(swapped.operator_channel, 1) << call.language;
  }
}

TEST(DecideRoles, FindsTheLanguageByTheWordsWhereTheEngineGivesNone) {
  Transcript call = testing::RussianOrder();
  call.language.clear();
  EXPECT_EQ(DecideRoles(Unlabelled(call), kStereo, {}).operator_channel, 0);
}

TEST(DecideRoles, KnowsTheCustomerByWhatCustomersSay) {
  const Transcript call =
      Call("en", {Op("yes"), Cu("i'd like to order a fridge how much is it i need to know"), Op("ten")});
  const SpeakerRoles roles = DecideRoles(Unlabelled(call), kStereo, {});
  EXPECT_EQ(roles.operator_channel, 0);
  EXPECT_EQ(roles.basis, "greeting");
}

TEST(DecideRoles, TakesWhoSpeaksFirstOnAnInboundCallForTheOperator) {
  const Transcript call = Call("en", {Op("yes"), Cu("yes")});
  const SpeakerRoles roles = DecideRoles(Unlabelled(call), kStereo, Towards(Direction::kInbound));
  EXPECT_EQ(roles.operator_channel, 0);
  EXPECT_EQ(roles.basis, "direction");
  EXPECT_DOUBLE_EQ(roles.confidence, 0.6);
}

TEST(DecideRoles, TakesWhoSpeaksFirstOnAnOutboundCallForTheCustomer) {
  const Transcript call = Call("en", {Cu("yes"), Op("yes")});
  const SpeakerRoles roles = DecideRoles(Unlabelled(call), kStereo, Towards(Direction::kOutbound));
  EXPECT_EQ(roles.operator_channel, 0);
  EXPECT_EQ(roles.basis, "direction");
}

TEST(DecideRoles, UsesVoiceActivityWhereThereAreNoWords) {
  const std::vector<std::vector<Span>> speech = {{{4000, 5000}}, {{1000, 2000}}};
  EXPECT_EQ(DecideRoles(Transcript{}, speech, Towards(Direction::kInbound)).operator_channel, 1);
}

TEST(DecideRoles, DoesNotDecideByWhoSpeaksFirstWhereBothBeginTogether) {
  const std::vector<std::vector<Span>> speech = {{{1000, 5000}}, {{1100, 2000}}};
  EXPECT_EQ(DecideRoles(Transcript{}, speech, Towards(Direction::kInbound)).basis, "none");
}

TEST(DecideRoles, IsSurerWhereGreetingAndDirectionAgree) {
  const Transcript call = Unlabelled(Call("en", {Op("hello how can i help you"), Cu("yes")}));
  const double agreed = DecideRoles(call, kStereo, Towards(Direction::kInbound)).confidence;
  const double alone = DecideRoles(call, kStereo, {}).confidence;
  const SpeakerRoles against = DecideRoles(call, kStereo, Towards(Direction::kOutbound));
  EXPECT_GT(agreed, alone);
  EXPECT_LT(against.confidence, alone);
  EXPECT_EQ(against.operator_channel, 0);
}

TEST(DecideRoles, LeavesMonoUnknownUnlessItWasDiarized) {
  const SpeakerRoles mono =
      DecideRoles(Call("en", {Un("hello how can i help you")}), {{}}, Towards(Direction::kInbound));
  EXPECT_EQ(mono.operator_channel, -1);
  EXPECT_EQ(mono.confidence, 0);
  EXPECT_EQ(mono.basis, "none");
  RoleHints hints;
  hints.operator_channel = 1;  // of stereo files; says nothing of diarized speakers
  const SpeakerRoles diarized = DecideRoles(Unlabelled(testing::EnglishOrder()), {{}}, hints);
  EXPECT_EQ(diarized.operator_channel, 0);
  EXPECT_EQ(diarized.basis, "greeting");
}

TEST(DecideRoles, DoesNotGuessWhereNothingTells) {
  const SpeakerRoles roles = DecideRoles(Unlabelled(Call("en", {Op("yes"), Cu("yes")})), kStereo, {});
  EXPECT_EQ(roles.operator_channel, -1);
  EXPECT_EQ(roles.basis, "none");
}

TEST(ApplyRoles, NamesBothSides) {
  Transcript call = Call("en", {Op("a"), Cu("b"), Un("c")});
  ApplyRoles(call, {1, 0.9, "greeting"});
  EXPECT_EQ(call.segments[0].speaker, Speaker::kCustomer);
  EXPECT_EQ(call.segments[1].speaker, Speaker::kOperator);
  EXPECT_EQ(call.segments[2].speaker, Speaker::kUnknown);
  ApplyRoles(call, {-1, 0, "none"});
  EXPECT_EQ(call.segments[0].speaker, Speaker::kUnknown);
}

}  // namespace
}  // namespace dialix::analysis
