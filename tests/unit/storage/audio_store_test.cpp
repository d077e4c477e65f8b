#include "storage/audio_store.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>
#include <iterator>

namespace dialix::storage {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCompany = "0197a1b2-0000-7000-8000-000000000002";
constexpr const char* kRecord = "0197a1b2-0000-7000-8000-00000000000a";

class AudioStoreTest : public testing::Test {
 protected:
  AudioStoreTest()
      : root_(fs::temp_directory_path() / ("audio-store-" + std::to_string(getpid()))), store_(root_) {}
  ~AudioStoreTest() override { fs::remove_all(root_); }

  std::string Keep(const std::string& content) {
    auto incoming = store_.Begin();
    EXPECT_TRUE(incoming.ok());
    EXPECT_TRUE(incoming->Write(content).ok());
    EXPECT_TRUE(incoming->Close().ok());
    const std::string name = AudioStore::NameOf(kCompany, kRecord, "wav");
    EXPECT_TRUE(store_.Keep(*incoming, name).ok());
    return name;
  }
  void Age(const fs::path& path) {
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(2));
  }
  std::size_t Files() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root_))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }

  fs::path root_;
  AudioStore store_;
};

TEST_F(AudioStoreTest, KeepsWhatWasWrittenUnderItsName) {
  const std::string name = Keep("RIFF…");
  std::ifstream file(store_.PathOf(name), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "RIFF…");
  EXPECT_EQ(name.rfind(std::string(kCompany) + "/20", 0), 0U);
  EXPECT_EQ(Files(), 1U);
}

TEST_F(AudioStoreTest, AnUploadThatIsNotKeptLeavesNothing) {
  {
    auto incoming = store_.Begin();
    ASSERT_TRUE(incoming.ok());
    ASSERT_TRUE(incoming->Write("half").ok());
  }
  EXPECT_EQ(Files(), 0U);
}

TEST_F(AudioStoreTest, RemovesARecordingAndForgivesOneThatIsGone) {
  const std::string name = Keep("x");
  store_.Remove(name);
  EXPECT_EQ(Files(), 0U);
  store_.Remove(name);
  EXPECT_EQ(Files(), 0U);
}

TEST_F(AudioStoreTest, TheSweepSeesOnlyWhatIsOldAndNoUploads) {
  const std::string name = Keep("x");
  auto incoming = store_.Begin();
  ASSERT_TRUE(incoming.ok());
  EXPECT_TRUE(store_.OlderThan(std::chrono::hours(1), 10, "").empty());
  Age(store_.PathOf(name));
  Age(incoming->path());
  EXPECT_EQ(store_.OlderThan(std::chrono::hours(1), 10, ""), std::vector<std::string>{name});
  EXPECT_TRUE(store_.OlderThan(std::chrono::hours(1), 10, name).empty());
  EXPECT_EQ(store_.RemoveStaleIncoming(std::chrono::hours(1)), 1);
}

TEST_F(AudioStoreTest, AFullOrMissingDiskIsAnErrorThatSaysTryLater) {
  const AudioStore nowhere("/proc/no-such-folder");
  const auto incoming = nowhere.Begin();
  ASSERT_FALSE(incoming.ok());
  EXPECT_EQ(incoming.error().code, Error::Code::kUnavailable);
  EXPECT_GT(incoming.error().retry_after_s, 0);
}

TEST_F(AudioStoreTest, WhatIsWrittenBesideItsPlaceHasNoNameUntilItIsWhole) {
  {
    auto given_up = store_.BeginAs("exports/a/b.zip");
    ASSERT_TRUE(given_up.ok());
    EXPECT_TRUE(given_up->Write("half").ok());
    EXPECT_TRUE(fs::exists(root_ / "exports/a/b.zip.part"));
    EXPECT_FALSE(store_.BeginAs("exports/a/b.zip").ok()) << "nobody else writes into it";
  }
  EXPECT_EQ(Files(), 0U);
  auto whole = store_.BeginAs("exports/a/b.zip");
  ASSERT_TRUE(whole.ok());
  EXPECT_TRUE(whole->Write("all").ok() && whole->Close().ok());
  EXPECT_TRUE(store_.Keep(*whole, "exports/a/b.zip").ok());
  EXPECT_TRUE(fs::exists(root_ / "exports/a/b.zip"));
  EXPECT_EQ(Files(), 1U);
}

TEST_F(AudioStoreTest, ScratchHasNoName) {
  auto scratch = store_.Scratch();
  ASSERT_TRUE(scratch.ok());
  EXPECT_EQ(write(scratch->get(), "abc", 3), 3);
  char back[4] = "";
  EXPECT_EQ(pread(scratch->get(), back, 3, 0), 3);
  EXPECT_STREQ(back, "abc");
  EXPECT_EQ(Files(), 0U);
}

TEST_F(AudioStoreTest, TellsWhatTheDiskHasLeft) {
  fs::create_directories(root_);
  const auto free = store_.FreeBytes();
  ASSERT_TRUE(free.ok());
  EXPECT_EQ(*free / (std::int64_t{1} << 30),
            static_cast<std::int64_t>(fs::space(root_).available) / (std::int64_t{1} << 30));
  EXPECT_FALSE(AudioStore("/nowhere/at/all").FreeBytes().ok());
}

}  // namespace
}  // namespace dialix::storage
