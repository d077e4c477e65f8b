#include "process/supervisor.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <map>

namespace dialix::process {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Verdict = Supervisor::Verdict;
using Phase = Child::Phase;

constexpr int Exited(int code) { return code << 8; }  // as waitpid(2) tells it
constexpr int KilledBy(int signal) { return signal; }

// A supervisor in a world where every fork works and time is what the test says.
class SupervisorTest : public testing::Test {
 protected:
  static SupervisorOptions Options() {
    SupervisorOptions options;
    options.workers = 2;
    options.rows = 5;
    options.drain_timeout = seconds(30);
    options.start_timeout = seconds(60);
    options.backoff_initial = milliseconds(100);
    options.backoff_max = seconds(2);
    options.healthy_after = seconds(10);
    return options;
  }

  // Carries out what is planned until nothing more is; counts it by kind.
  std::map<Action::Kind, int> Step() {
    std::map<Action::Kind, int> done;
    for (auto actions = supervisor_.Plan(now_); !actions.empty(); actions = supervisor_.Plan(now_)) {
      for (const Action& action : actions) {
        ++done[action.kind];
        if (action.kind == Action::Kind::kSpawn) supervisor_.OnSpawned(action, next_pid_++, now_);
      }
    }
    return done;
  }
  void MakeReady() {
    for (const Child& child : std::vector<Child>(supervisor_.children()))
      supervisor_.OnReady(child.pid, now_);
  }
  void StartAll() {
    Step();
    MakeReady();
    ASSERT_TRUE(supervisor_.Settled());
  }
  [[nodiscard]] std::vector<pid_t> Pids(Phase phase) const {
    std::vector<pid_t> pids;
    for (const Child& child : supervisor_.children()) {
      if (child.phase == phase) pids.push_back(child.pid);
    }
    return pids;
  }
  void ExitDraining() {
    for (pid_t pid : Pids(Phase::kDraining))
      EXPECT_EQ(supervisor_.OnExit(pid, Exited(0), now_), Verdict::kExpected);
  }

  Supervisor supervisor_{Options()};
  Supervisor::Time now_{std::chrono::hours(1)};
  pid_t next_pid_ = 100;
};

TEST_F(SupervisorTest, StartsEveryWorkerInARowOfItsOwn) {
  EXPECT_EQ(Step()[Action::Kind::kSpawn], 2);
  ASSERT_EQ(supervisor_.children().size(), 2U);
  EXPECT_NE(supervisor_.children()[0].row, supervisor_.children()[1].row);
  EXPECT_NE(supervisor_.children()[0].position, supervisor_.children()[1].position);
  EXPECT_FALSE(supervisor_.Settled());
  MakeReady();
  EXPECT_TRUE(supervisor_.Settled());
  EXPECT_TRUE(Step().empty());
}

TEST_F(SupervisorTest, ReloadEndsAnOldWorkerOnlyWhenItsSuccessorServesAndOneAtATime) {
  StartAll();
  supervisor_.Reload();
  EXPECT_EQ(Step()[Action::Kind::kSpawn], 1) << "one position is in transit at a time";
  EXPECT_EQ(Pids(Phase::kServing).size(), 2U);
  EXPECT_TRUE(Pids(Phase::kDraining).empty());
  now_ += seconds(20);
  Step();
  EXPECT_EQ(Pids(Phase::kServing).size(), 2U) << "however long the successor takes";

  MakeReady();
  auto done = Step();
  EXPECT_EQ(done[Action::Kind::kTerminate], 1);
  EXPECT_EQ(done[Action::Kind::kSpawn], 1) << "the next position's turn";
  EXPECT_EQ(Pids(Phase::kServing).size(), 2U);
  MakeReady();
  EXPECT_EQ(Step()[Action::Kind::kTerminate], 1);
  EXPECT_TRUE(supervisor_.Settled());
  EXPECT_EQ(Pids(Phase::kServing), (std::vector<pid_t>{102, 103}));
  ExitDraining();
  EXPECT_EQ(supervisor_.children().size(), 2U);
}

TEST_F(SupervisorTest, ReloadsThatComeWhileOneIsUnderWayEndInTheNewestGeneration) {
  StartAll();
  for (int i = 0; i < 10; ++i) {
    supervisor_.Reload();
    Step();
    if (i % 2 == 0) MakeReady();
    EXPECT_GE(Pids(Phase::kServing).size(), 2U);
    if (i % 3 == 0) ExitDraining();
  }
  for (int i = 0; i < 10 && !supervisor_.Settled(); ++i) {
    Step();
    MakeReady();
    ExitDraining();
  }
  Step();
  ExitDraining();
  ASSERT_TRUE(supervisor_.Settled());
  for (const Child& child : supervisor_.children()) EXPECT_EQ(child.generation, 10U);
}

TEST_F(SupervisorTest, WaitsForARowWhenTooManyStillDrain) {
  StartAll();
  for (int i = 0; i < 5; ++i) {
    supervisor_.Reload();
    for (int j = 0; j < 4; ++j) {
      Step();
      MakeReady();
    }
    ASSERT_LE(supervisor_.children().size(), Options().rows);
    ASSERT_EQ(Pids(Phase::kServing).size(), 2U);
  }
  EXPECT_FALSE(supervisor_.Settled());
  for (int j = 0; j < 6; ++j) {
    ExitDraining();
    Step();
    MakeReady();
  }
  EXPECT_TRUE(supervisor_.Settled());
}

TEST_F(SupervisorTest, RespawnsACrashedWorkerWithGrowingDelays) {
  StartAll();
  std::vector<milliseconds> delays;
  for (int i = 0; i < 8; ++i) {
    const pid_t pid = supervisor_.children().back().pid;
    EXPECT_EQ(supervisor_.OnExit(pid, KilledBy(SIGSEGV), now_), Verdict::kCrashed);
    EXPECT_TRUE(Step().empty()) << "not at once";
    ASSERT_TRUE(supervisor_.NextDeadline());
    delays.push_back(std::chrono::duration_cast<milliseconds>(*supervisor_.NextDeadline() - now_));
    now_ = *supervisor_.NextDeadline();
    ASSERT_EQ(Step()[Action::Kind::kSpawn], 1);
  }
  EXPECT_EQ(delays, (std::vector<milliseconds>{milliseconds(100), milliseconds(200), milliseconds(400),
                                               milliseconds(800), milliseconds(1600), milliseconds(2000),
                                               milliseconds(2000), milliseconds(2000)}));
}

TEST_F(SupervisorTest, RespawnsAWorkerThatServedLongAtOnce) {
  StartAll();
  now_ += seconds(11);
  EXPECT_EQ(supervisor_.OnExit(100, KilledBy(SIGKILL), now_), Verdict::kCrashed);
  EXPECT_EQ(Step()[Action::Kind::kSpawn], 1);
}

TEST_F(SupervisorTest, AFailedForkIsRetriedLater) {
  const auto actions = supervisor_.Plan(now_);
  ASSERT_EQ(actions.size(), 2U);
  for (const Action& action : actions) supervisor_.OnSpawnFailed(action, now_);
  EXPECT_TRUE(supervisor_.Plan(now_).empty());
  now_ += milliseconds(100);
  EXPECT_EQ(supervisor_.Plan(now_).size(), 2U);
}

TEST_F(SupervisorTest, ExitCode78OfTheFirstGenerationIsFinal) {
  Step();
  EXPECT_EQ(supervisor_.OnExit(100, Exited(78), now_), Verdict::kConfigurationWrong);
}

TEST_F(SupervisorTest, ExitCode78OfASuccessorRefusesTheReloadAndTheOldWorkersGoOn) {
  StartAll();
  supervisor_.Reload();
  Step();
  ASSERT_EQ(Pids(Phase::kStarting), (std::vector<pid_t>{102}));
  EXPECT_EQ(supervisor_.OnExit(102, Exited(78), now_), Verdict::kReloadRefused);
  EXPECT_TRUE(Step().empty());
  EXPECT_TRUE(supervisor_.Settled());
  EXPECT_EQ(Pids(Phase::kServing), (std::vector<pid_t>{100, 101}));
}

TEST_F(SupervisorTest, ReplaceStartsTheSuccessorFirst) {
  StartAll();
  supervisor_.Replace(101);
  supervisor_.Replace(101);  // asked again every tick while it goes on
  EXPECT_EQ(Step()[Action::Kind::kSpawn], 1);
  supervisor_.Replace(101);
  EXPECT_TRUE(Step().empty());
  MakeReady();
  EXPECT_EQ(Step()[Action::Kind::kTerminate], 1);
  EXPECT_EQ(Pids(Phase::kDraining), (std::vector<pid_t>{101}));
  EXPECT_EQ(Pids(Phase::kServing), (std::vector<pid_t>{100, 102}));
}

TEST_F(SupervisorTest, CondemnEndsTheWorkerNowAndStartsItsSuccessorAtTheSameTime) {
  StartAll();
  supervisor_.Condemn(100);
  auto done = Step();
  EXPECT_EQ(done[Action::Kind::kTerminate], 1);
  EXPECT_EQ(done[Action::Kind::kSpawn], 1);
  now_ += seconds(30);
  EXPECT_EQ(Step()[Action::Kind::kKill], 1) << "TERM did not help";
  EXPECT_EQ(supervisor_.OnExit(100, KilledBy(SIGKILL), now_), Verdict::kExpected);
  EXPECT_FALSE(Step().contains(Action::Kind::kSpawn)) << "it has its successor already";
}

TEST_F(SupervisorTest, KillsAWorkerThatNeverGetsReadyAndTriesAgain) {
  Step();
  supervisor_.OnReady(100, now_);
  now_ += seconds(60);
  auto done = Step();
  EXPECT_EQ(done[Action::Kind::kKill], 1);
  EXPECT_EQ(done[Action::Kind::kSpawn], 1);
  EXPECT_EQ(supervisor_.OnExit(101, KilledBy(SIGKILL), now_), Verdict::kCrashed);
  EXPECT_FALSE(Step().contains(Action::Kind::kSpawn)) << "it has its successor already";
}

TEST_F(SupervisorTest, StopTerminatesEveryoneOnceThenKillsAfterTheDrainTime) {
  StartAll();
  supervisor_.Stop();
  EXPECT_EQ(Step()[Action::Kind::kTerminate], 2);
  EXPECT_TRUE(Step().empty());
  EXPECT_EQ(supervisor_.OnExit(100, Exited(1), now_), Verdict::kExpected);
  now_ += seconds(30);
  EXPECT_EQ(Step()[Action::Kind::kKill], 1);
  EXPECT_EQ(supervisor_.OnExit(101, KilledBy(SIGKILL), now_), Verdict::kExpected);
  EXPECT_TRUE(supervisor_.children().empty());
  EXPECT_TRUE(Step().empty()) << "no respawn while stopping";
}

TEST_F(SupervisorTest, KeepsServingWhenTheNewGenerationCrashesAgainAndAgain) {
  StartAll();
  supervisor_.Reload();
  for (int i = 0; i < 5; ++i) {
    Step();
    for (pid_t pid : Pids(Phase::kStarting))
      EXPECT_EQ(supervisor_.OnExit(pid, Exited(1), now_), Verdict::kCrashed);
    now_ += seconds(5);
    EXPECT_EQ(Pids(Phase::kServing), (std::vector<pid_t>{100, 101}));
  }
}

TEST_F(SupervisorTest, IgnoresEventsOfProcessesItDoesNotKnow) {
  StartAll();
  supervisor_.OnReady(9999, now_);
  supervisor_.Replace(9999);
  supervisor_.Condemn(9999);
  EXPECT_EQ(supervisor_.OnExit(9999, Exited(78), now_), Verdict::kExpected);
  EXPECT_TRUE(Step().empty());
}

}  // namespace
}  // namespace dialix::process
