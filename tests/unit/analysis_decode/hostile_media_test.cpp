#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <random>

#include "analysis/decode/decoder.h"
#include "media_files.h"

namespace dialix::analysis {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using tests::MediaFolder;

Error DecodeError(const std::filesystem::path& file, const DecodeLimits& limits = {}) {
  auto decoded = Decode(file, limits);
  EXPECT_FALSE(decoded.ok()) << file;
  return decoded.ok() ? Error{} : std::move(decoded).error();
}

void ExpectBoth(const std::filesystem::path& file, Error::Code code, const std::string& message,
                const DecodeLimits& limits = {}) {
  const Error decode = DecodeError(file, limits);
  EXPECT_EQ(decode.code, code) << file << decode.internal_detail;
  EXPECT_EQ(decode.public_message, message) << file;
  const auto probe = Probe(file, limits);
  ASSERT_FALSE(probe.ok()) << file;
  EXPECT_EQ(probe.error().public_message, message) << file;
}

TEST(HostileMedia, WhatIsNotAudioIsCalledSo) {
  const MediaFolder folder;
  constexpr char kMessage[] = "This file is not an audio recording.";
  ExpectBoth(folder.Write("text.wav", "hello, this is no recording\n"), Error::Code::kUnsupportedMedia,
             kMessage);
  ExpectBoth(folder.Write("page.mp3", "<!doctype html><html><body>404</body></html>"),
             Error::Code::kUnsupportedMedia, kMessage);
  std::mt19937 random(7);
  std::string noise(200'000, '\0');
  for (char& c : noise) c = static_cast<char>(random());
  ExpectBoth(folder.Write("noise.mp3", noise), Error::Code::kUnsupportedMedia, kMessage);
  ExpectBoth(folder.Ffmpeg("picture.png", "-frames:v 1", "-f lavfi -i testsrc"),
             Error::Code::kUnsupportedMedia, kMessage);
  ExpectBoth("/proc/self/exe", Error::Code::kUnsupportedMedia, kMessage);
}

TEST(HostileMedia, AVideoWithoutSoundHasNoAudioTrack) {
  const MediaFolder folder;
  ExpectBoth(folder.Ffmpeg("silent.mp4", "-t 1", "-f lavfi -i testsrc"), Error::Code::kUnsupportedMedia,
             "This file has no audio track.");
}

TEST(HostileMedia, ACodecOutsideTheListIsNamed) {
  const MediaFolder folder;
  ExpectBoth(folder.Ffmpeg("a.mkv", "-c:a wmav2"), Error::Code::kUnsupportedMedia,
             "The audio codec 'wmav2' is not supported.");
}

TEST(HostileMedia, AnEmptyFileAndZeroSecondsAreEmpty) {
  const MediaFolder folder;
  ExpectBoth(folder.Write("nothing.wav", ""), Error::Code::kInvalid, "The recording is empty.");
  ExpectBoth(folder.Ffmpeg("zero.wav", "-t 0"), Error::Code::kInvalid, "The recording is empty.");
}

TEST(HostileMedia, ARecordingOverTheLimitIsRefusedWithTheLimit) {
  const MediaFolder folder;
  DecodeLimits limits;
  limits.max_audio_seconds = 5;
  for (const char* name : {"long.wav", "long.mp3", "long.opus", "long.m4a", "long.flac"}) {
    ExpectBoth(folder.Ffmpeg(name, ""), Error::Code::kInvalid, "The recording is longer than 5 seconds.",
               limits);
  }
}

TEST(HostileMedia, FiveHoursInASmallFileAreRefusedAtFour) {
  const MediaFolder folder;
  const auto bomb = folder.Ffmpeg("bomb.flac", "-t 18000 -ac 1", "-f lavfi -i anullsrc=r=8000:cl=mono");
  EXPECT_LT(std::filesystem::file_size(bomb), 5'000'000U);
  ExpectBoth(bomb, Error::Code::kInvalid, "The recording is longer than 4 hours.");
}

TEST(HostileMedia, AnM4aWithoutItsIndexIsDamaged) {
  const MediaFolder folder;
  const auto file = folder.CutOff(folder.Ffmpeg("a.m4a", "-c:a aac"), 0.5);
  ExpectBoth(file, Error::Code::kInvalid, "The recording is damaged or cut off and cannot be decoded.");
}

TEST(HostileMedia, APlaylistCannotMakeUsReadOtherFiles) {
  const MediaFolder folder;
  const auto list = folder.Write(
      "list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n");
  EXPECT_EQ(DecodeError(list).code, Error::Code::kUnsupportedMedia);
  const auto concat = folder.Write("list.ffconcat", "ffconcat version 1.0\nfile '/etc/passwd'\n");
  EXPECT_EQ(DecodeError(concat).code, Error::Code::kUnsupportedMedia);
}

TEST(HostileMedia, DamagedFilesNeitherCrashNorHangTheParent) {
  const MediaFolder folder;
  DecodeLimits limits;
  limits.wall_timeout = std::chrono::seconds(20);
  std::mt19937 random(20261123);
  for (const char* name : {"a.wav", "a.mp3", "a.m4a", "a.opus", "a.ogg", "a.flac", "a.webm"}) {
    const std::string whole = tests::ReadFile(folder.Ffmpeg(name, "-t 2"));
    for (int round = 0; round < 6; ++round) {
      std::string damaged = whole;
      const int changes = 1 << (round * 2);
      for (int i = 0; i < changes; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
      if (round % 3 == 2) damaged.resize(random() % damaged.size());
      const auto decoded = Decode(folder.Write("damaged", damaged), limits);
      if (decoded.ok()) continue;
      EXPECT_THAT(decoded.error().code, AnyOf(Error::Code::kInvalid, Error::Code::kUnsupportedMedia))
          << name << " round " << round << ": " << decoded.error().internal_detail;
      EXPECT_THAT(decoded.error().public_message, testing::Not(testing::IsEmpty()));
    }
  }
}

// What stands in for a child that a file has taken over.
std::filesystem::path FakeMedia(const MediaFolder& folder, const std::string& script) {
  auto path = folder.Write("fake-media", "#!/bin/sh\n" + script + "\n");
  chmod(path.c_str(), 0700);
  return path;
}

TEST(HostileMedia, AChildThatCrashesIsAReadableFailureAndTheParentGoesOn) {
  const MediaFolder folder;
  const auto file = folder.Ffmpeg("a.wav", "");
  DecodeLimits limits;
  limits.media_program = FakeMedia(folder, "kill -SEGV $$");
  const Error error = DecodeError(file, limits);
  EXPECT_EQ(error.code, Error::Code::kInvalid);
  EXPECT_EQ(error.public_message, "The recording is damaged or cut off and cannot be decoded.");
  EXPECT_THAT(error.internal_detail, HasSubstr("signal 11"));
  EXPECT_TRUE(Decode(file, {}).ok());
}

TEST(HostileMedia, AChildThatHangsIsEndedAtTheWallClockLimit) {
  const MediaFolder folder;
  const auto file = folder.Ffmpeg("a.wav", "");
  DecodeLimits limits;
  limits.media_program = FakeMedia(folder, "exec sleep 600");
  limits.wall_timeout = std::chrono::seconds(1);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(DecodeError(file, limits).code, Error::Code::kTimeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST(HostileMedia, AChildThatLiesAboutItsOutputIsFoundOut) {
  const MediaFolder folder;
  const auto file = folder.Ffmpeg("a.wav", "");
  DecodeLimits limits;
  limits.media_program = FakeMedia(
      folder,
      R"(echo '{"fault":"none","channels":1,"sample_rate":8000,"samples":1000000,"planes":1,"duration_ms":1}')");
  EXPECT_EQ(DecodeError(file, limits).code, Error::Code::kInternal);
  limits.media_program = FakeMedia(folder, "echo nonsense");
  EXPECT_EQ(DecodeError(file, limits).code, Error::Code::kInternal);
  limits.media_program = FakeMedia(folder, "exec yes");
  EXPECT_EQ(DecodeError(file, limits).code, Error::Code::kInvalid);
}

TEST(HostileMedia, AMissingProgramIsOurFaultNotTheFiles) {
  const MediaFolder folder;
  DecodeLimits limits;
  limits.media_program = "/nonexistent/dialix-media";
  EXPECT_EQ(DecodeError(folder.Ffmpeg("a.wav", ""), limits).code, Error::Code::kInternal);
}

}  // namespace
}  // namespace dialix::analysis
