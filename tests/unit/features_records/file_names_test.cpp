#include <gtest/gtest.h>

#include "features/records/media_type.h"
#include "features/records/pbx_file_name.h"

namespace dialix::features {
namespace {

TEST(PbxFileName, CodeLastMeansInbound) {
  const auto name = ParsePbxFileName("20261120_101530_901234567_101.wav");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->operator_code, "101");
  EXPECT_EQ(name->client_phone_number, "901234567");
  EXPECT_EQ(name->call_type, "inbound");
}

TEST(PbxFileName, NumberLastMeansOutbound) {
  const auto name = ParsePbxFileName("x_101_901234567.mp3");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->operator_code, "101");
  EXPECT_EQ(name->call_type, "outbound");
}

TEST(PbxFileName, NeedsNoExtensionAndNoOtherParts) {
  EXPECT_TRUE(ParsePbxFileName("101_901234567"));
  EXPECT_TRUE(ParsePbxFileName("901234567_101.tar.wav") == std::nullopt);
}

TEST(PbxFileName, GivesNothingForOtherNames) {
  for (const char* name :
       {"", "call.wav", "_", "101", "101_90123456.wav", "1011_901234567.wav", "a_10a_901234567.wav",
        "a_101_901234567_.wav", "a_101_102.wav", "a-101-901234567.wav", "a_101_+90123456.wav"}) {
    EXPECT_FALSE(ParsePbxFileName(name)) << name;
  }
}

TEST(MediaType, GoesByTheContainer) {
  EXPECT_EQ(MediaTypeOf("wav").mime, "audio/wav");
  EXPECT_EQ(MediaTypeOf("mov,mp4,m4a,3gp,3g2,mj2").extension, "m4a");
  EXPECT_EQ(MediaTypeOf("something").mime, "audio/octet-stream");
}

}  // namespace
}  // namespace dialix::features
