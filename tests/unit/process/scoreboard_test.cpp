#include "process/scoreboard.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "process/master.h"
#include "process/status.h"

namespace dialix::process {
namespace {

using monitoring::Stage;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Scoreboard, ShowsWhatAForkedWorkerDidUntilItWasKilled) {
  const Scoreboard board(3, 4);
  const pid_t pid = ::fork();
  if (pid == 0) {
    board.At(1, 2).SetRequestId("req-7");
    board.At(1, 2).Enter(Stage::kReading);
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(board.At(1, 2).Read().stage, Stage::kReading);
  EXPECT_EQ(board.At(1, 2).Read().request_id, "req-7");
  EXPECT_EQ(board.Requests(1), 1U);
  EXPECT_GE(board.LongestBusy(1, steady_clock::now() + milliseconds(500)), milliseconds(500));
  EXPECT_EQ(board.LongestBusy(0, steady_clock::now() + milliseconds(500)), milliseconds(0));
  board.ClearRow(1);
  EXPECT_EQ(board.Requests(1), 0U);
}

TEST(Scoreboard, CountsThreadsByStage) {
  const Scoreboard board(1, 3);
  board.At(0, 0).Enter(Stage::kAccepting);
  board.At(0, 1).Enter(Stage::kAccepting);
  const auto counts = board.CountStages(0);
  EXPECT_EQ(counts[static_cast<std::size_t>(Stage::kAccepting)], 2);
  EXPECT_EQ(counts[static_cast<std::size_t>(Stage::kOff)], 1);
}

TEST(Status, NamesEveryWorkerAndItsBusyThreads) {
  const Scoreboard board(2, 2);
  board.At(1, 1).SetRequestId("req-9");
  board.At(1, 1).SetRoute("/api/v1/records");
  board.At(1, 1).Enter(Stage::kProcessing);
  Child child;
  child.pid = 4242;
  child.row = 1;
  child.phase = Child::Phase::kServing;
  const auto now = steady_clock::now();
  child.since = now;
  const auto parsed = JsonDocument::Parse(FormatStatus("serving", {child}, board, now + milliseconds(90)));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ((*parsed)["state"].StringOr(""), "serving");
  const JsonView worker = (*parsed)["workers"][0];
  EXPECT_EQ(worker["pid"].IntOr(0), 4242);
  EXPECT_EQ(worker["phase"].StringOr(""), "serving");
  EXPECT_EQ(worker["age_ms"].IntOr(0), 90);
  EXPECT_EQ(worker["requests"].IntOr(0), 1);
  EXPECT_EQ(worker["threads"]["off"].IntOr(0), 1);
  ASSERT_EQ(worker["busy"].Size(), 1U);
  EXPECT_EQ(worker["busy"][0]["request_id"].StringOr(""), "req-9");
  EXPECT_EQ(worker["busy"][0]["route"].StringOr(""), "/api/v1/records");
  EXPECT_GE(worker["busy"][0]["ms"].IntOr(0), 89);
}

class StatusFileTest : public testing::Test {
 protected:
  ~StatusFileTest() override { std::filesystem::remove(path_); }
  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("dialix-status-" + std::to_string(::getpid()))).string();
};

TEST_F(StatusFileTest, IsReplacedWhole) {
  ASSERT_TRUE(WriteStatusFile(path_, std::string(5000, 'a')).ok());
  ASSERT_TRUE(WriteStatusFile(path_, "b").ok());
  EXPECT_EQ(std::filesystem::file_size(path_), 1U);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
  EXPECT_FALSE(WriteStatusFile("/nonexistent-folder/status", "x").ok());
}

TEST_F(StatusFileTest, PrintsAFreshStatusAndRefusesAMissingStaleOrBrokenOne) {
  const Scoreboard board(1, 1);
  EXPECT_EQ(PrintStatus(path_), 1);
  ASSERT_TRUE(WriteStatusFile(path_, FormatStatus("serving", {}, board, steady_clock::now())).ok());
  EXPECT_EQ(PrintStatus(path_), 0);
  ASSERT_TRUE(WriteStatusFile(path_, R"({"updated_at":"2020-01-01T00:00:00.000Z","pid":1})").ok());
  EXPECT_EQ(PrintStatus(path_), 1);
  ASSERT_TRUE(WriteStatusFile(path_, "not json").ok());
  EXPECT_EQ(PrintStatus(path_), 1);
}

}  // namespace
}  // namespace dialix::process
