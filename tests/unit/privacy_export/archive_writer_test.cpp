#include "privacy/export/archive_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "security/token.h"

namespace dialix::privacy {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kName = "exports/c/archive.zip";
const std::string kEndOfArchive = "PK\x05\x06";

class ArchiveWriterTest : public testing::Test {
 protected:
  ArchiveWriterTest()
      : root_(fs::temp_directory_path() / ("archive-" + std::to_string(getpid()))), store_(root_) {}
  ~ArchiveWriterTest() override { fs::remove_all(root_); }

  std::string Content(const std::string& name) const {
    std::ifstream file(root_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static std::string Hash(const std::string& bytes) { return ToHex(security::Sha256(bytes)); }

  fs::path root_;
  storage::AudioStore store_;
};

TEST_F(ArchiveWriterTest, TellsTheHashOfEachFileAndOfItself) {
  auto file = store_.BeginAs(kName);
  ASSERT_TRUE(file.ok());
  ArchiveWriter archive(*file, Now());
  const std::string rows = std::string(100'000, 'a') + "\n";
  ASSERT_TRUE(archive.Begin("data/rows.ndjson").ok());
  ASSERT_TRUE(archive.Write(rows.substr(0, 10)).ok());
  ASSERT_TRUE(archive.Write(rows.substr(10)).ok());
  const auto compressed = archive.End();
  ASSERT_TRUE(compressed.ok());
  EXPECT_EQ(compressed->bytes, 100'001);
  EXPECT_EQ(compressed->sha256, Hash(rows));
  const std::string sound = "RIFF" + std::string(5000, '\x07') + "sound";
  ASSERT_TRUE(archive.Begin("audio/1.wav", static_cast<std::int64_t>(sound.size())).ok());
  ASSERT_TRUE(archive.Write(sound).ok());
  const auto stored = archive.End();
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(stored->sha256, Hash(sound));
  const auto sha256 = archive.Finish();
  ASSERT_TRUE(sha256.ok());
  ASSERT_TRUE(file->Close().ok());
  ASSERT_TRUE(store_.Keep(*file, kName).ok());

  const std::string whole = Content(kName);
  EXPECT_EQ(*sha256, Hash(whole));
  EXPECT_EQ(file->bytes(), static_cast<std::int64_t>(whole.size()));
  EXPECT_THAT(whole, StartsWith("PK\x03\x04"));
  EXPECT_THAT(whole, HasSubstr(kEndOfArchive));
  EXPECT_THAT(whole, HasSubstr(sound)) << "recordings are stored as they are";
  EXPECT_LT(whole.size(), 20'000U) << "the rest is compressed";
}

TEST_F(ArchiveWriterTest, GivenUpItLeavesNeitherAnEndNorAFile) {
  std::string written;
  {
    auto file = store_.BeginAs(kName);
    ASSERT_TRUE(file.ok());
    {
      ArchiveWriter archive(*file, Now());
      ASSERT_TRUE(archive.Begin("audio/1.wav", 2'000'000).ok());
      ASSERT_TRUE(archive.Write(std::string(1'000'000, 'x')).ok());
    }
    written = Content(std::string(kName) + ".part");
    EXPECT_FALSE(written.empty());
    EXPECT_THAT(written, Not(HasSubstr(kEndOfArchive)));
  }
  EXPECT_FALSE(fs::exists(root_ / kName));
  EXPECT_FALSE(fs::exists(root_ / (std::string(kName) + ".part")));
}

TEST_F(ArchiveWriterTest, SaysThatTheDiskIsFull) {
  storage::Incoming full({}, open("/dev/full", O_WRONLY | O_CLOEXEC));
  ArchiveWriter archive(full, Now());
  Status status = archive.Begin("audio/1.wav", 4'000'000);
  for (int i = 0; i < 4 && status; ++i) status = archive.Write(std::string(1'000'000, 'x'));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().slug, "storage_unavailable");
}

}  // namespace
}  // namespace dialix::privacy
