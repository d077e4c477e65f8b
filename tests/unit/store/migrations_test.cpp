#include "store/migrations.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "store/sql_error.h"
#include "store/statement.h"

namespace dialix::store {
namespace {

namespace fs = std::filesystem;

class MigrationFiles : public testing::Test {
 protected:
  MigrationFiles() : folder_(fs::temp_directory_path() / ("migrations-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~MigrationFiles() override { fs::remove_all(folder_); }
  void Write(const std::string& name, const std::string& sql) { std::ofstream(folder_ / name) << sql; }
  fs::path folder_;
};

TEST_F(MigrationFiles, AreReadInOrderWithTheirSha256) {
  Write("0002_b.sql", "SELECT 2");
  Write("0001_a.sql", "");
  Write("README.md", "not a migration");
  const auto files = ReadMigrations(folder_);
  ASSERT_TRUE(files.ok()) << files.error().public_message;
  ASSERT_EQ(files->size(), 2U);
  EXPECT_EQ((*files)[0].name, "0001_a");
  EXPECT_EQ((*files)[0].checksum, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ((*files)[1].version, 2);
}

TEST_F(MigrationFiles, RefuseGapsDoublesBadNamesAndEmptyFolders) {
  EXPECT_FALSE(ReadMigrations(folder_).ok());
  Write("0001_a.sql", "");
  Write("0003_c.sql", "");
  EXPECT_FALSE(ReadMigrations(folder_).ok());
  Write("0002_b.sql", "");
  EXPECT_TRUE(ReadMigrations(folder_).ok());
  Write("0002_bb.sql", "");
  EXPECT_FALSE(ReadMigrations(folder_).ok());
  fs::remove(folder_ / "0002_bb.sql");
  Write("0004-d.sql", "");
  EXPECT_FALSE(ReadMigrations(folder_).ok());
}

std::vector<Migration> Files() { return {{1, "0001_a", "", "aa"}, {2, "0002_b", "", "bb"}}; }

TEST(CheckHistory, AcceptsWhatTheFilesTell) {
  EXPECT_TRUE(CheckHistory(Files(), {}).ok());
  EXPECT_TRUE(CheckHistory(Files(), {{1, "0001_a", "aa", ""}}).ok());
  EXPECT_TRUE(CheckHistory(Files(), {{1, "0001_a", "aa", ""}, {2, "0002_b", "bb", ""}}).ok());
}

TEST(CheckHistory, NamesEditedRenamedAndMissingFiles) {
  const auto edited = CheckHistory(Files(), {{1, "0001_a", "xx", ""}});
  ASSERT_FALSE(edited.ok());
  EXPECT_EQ(edited.error().fields[0].path, "0001_a.sql");
  EXPECT_EQ(edited.error().fields[0].code, "edited");
  EXPECT_EQ(CheckHistory(Files(), {{1, "0001_z", "aa", ""}}).error().fields[0].code, "renamed");
  const auto missing =
      CheckHistory(Files(), {{1, "0001_a", "aa", ""}, {2, "0002_b", "bb", ""}, {3, "0003_c", "cc", ""}});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().fields[0].code, "missing");
  EXPECT_EQ(CheckHistory(Files(), {{2, "0002_b", "bb", ""}}).error().fields[0].code, "gap");
}

TEST(Param, WritesArraysThatPostgresReadsBackExactly) {
  EXPECT_EQ(Param(std::vector<std::string>{}).text, "{}");
  EXPECT_EQ(Param(std::vector<std::string>{"a,b", "say \"hi\"", "back\\slash", "NULL"}).text,
            R"({"a,b","say \"hi\"","back\\slash","NULL"})");
}

TEST(Param, TellsNullFromEmpty) {
  EXPECT_FALSE(Param(std::nullopt).text.has_value());
  EXPECT_FALSE(Param(std::optional<int>()).text.has_value());
  EXPECT_EQ(Param("").text, "");
  EXPECT_EQ(Param(std::optional<bool>(true)).text, "true");
  EXPECT_EQ(Bytea(std::string("\x01\xFF", 2)).text, "\\x01ff");
}

TEST(Violates, MatchesTheWholeConstraintName) {
  Error error;
  error.internal_detail = "sql operator_insert 23505 [idx_operator_code] duplicate key";
  EXPECT_TRUE(Violates(error, "idx_operator_code"));
  EXPECT_FALSE(Violates(error, "idx_operator"));
}

}  // namespace
}  // namespace dialix::store
