#include "analysis/transcribe/wav.h"

#include <gtest/gtest.h>

#include <vector>

namespace dialix::analysis {
namespace {

TEST(WavOf, IsACanonicalRiffFile) {
  const std::vector<std::int16_t> samples{1, -2, 0x1234};
  const std::string wav = WavOf(samples, 16'000);
  const std::string expected(
      "RIFF\x2a\0\0\0WAVEfmt "
      "\x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\x06\0\0\0\x01\0\xfe\xff\x34\x12",
      50);
  EXPECT_EQ(wav, expected);
}

}  // namespace
}  // namespace dialix::analysis
