#include "analysis/decode/child_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <thread>

#include "analysis/decode/unique_fd.h"

namespace dialix::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;
using End = ChildOutcome::End;

ChildCommand Shell(const std::string& script) {
  ChildCommand command;
  command.program = "/bin/sh";
  command.arguments = {"-c", script};
  return command;
}

TEST(ChildProcess, ReturnsOutputErrorsAndStatus) {
  const auto outcome = RunChild(Shell("echo out; echo err >&2; exit 7"));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, End::kExited);
  EXPECT_EQ(outcome->code, 7);
  EXPECT_EQ(outcome->output, "out\n");
  EXPECT_EQ(outcome->errors, "err\n");
}

TEST(ChildProcess, InheritsTheGivenDescriptorsAndNoOthers) {
  const UniqueFd stray(open("/etc/hostname", O_RDONLY));  // without O_CLOEXEC, as a library may do
  const UniqueFd given(open("/etc/debian_version", O_RDONLY | O_CLOEXEC));
  ChildCommand command = Shell("ls -l /proc/self/fd; cat <&3 >/dev/null && echo readable");
  command.descriptors = {given.Get()};
  const auto outcome = RunChild(command);
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome->output, HasSubstr("3 -> /etc/debian_version"));
  EXPECT_THAT(outcome->output, HasSubstr("readable"));
  EXPECT_THAT(outcome->output, Not(HasSubstr("hostname")));
}

TEST(ChildProcess, SeesNothingOfOurEnvironment) {
  setenv("SECRET_KEY", "do not tell", 1);
  const auto outcome = RunChild(Shell("/usr/bin/env"));
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome->output, HasSubstr("LC_ALL=C"));
  EXPECT_THAT(outcome->output, Not(HasSubstr("SECRET_KEY")));
}

TEST(ChildProcess, IsKilledAtTheDeadlineEvenWhenItIgnoresSignalsAndClosesItsOutput) {
  ChildCommand command = Shell("trap '' TERM; exec >&- 2>&-; while :; do :; done");
  command.wall_timeout = std::chrono::milliseconds(200);
  const auto outcome = RunChild(command);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, End::kTimedOut);
}

TEST(ChildProcess, IsKilledWhenCancelled) {
  CancelFlag cancel{false};
  ChildCommand command = Shell("exec sleep 600");
  command.cancel = &cancel;
  std::thread canceller([&] { cancel = true; });
  const auto outcome = RunChild(command);
  canceller.join();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, End::kCancelled);
}

TEST(ChildProcess, AFloodOfOutputEndsIt) {
  const auto outcome = RunChild(Shell("exec yes"));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, End::kTooMuchOutput);
}

TEST(ChildProcess, KeepsOnlyTheEndOfALongErrorOutput) {
  const auto outcome = RunChild(Shell("i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done"));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, End::kExited);
  EXPECT_LE(outcome->errors.size(), 2048U);
  EXPECT_THAT(outcome->errors, HasSubstr("line 1999"));
}

TEST(ChildProcess, ReportsTheSignalThatEndedIt) {
  const auto outcome = RunChild(Shell("kill -ABRT $$"));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, End::kSignalled);
  EXPECT_EQ(outcome->code, SIGABRT);
}

TEST(ChildProcess, ManyThreadsMayStartChildrenAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&right, i] {
      for (int n = 0; n < 5; ++n) {
        const auto outcome = RunChild(Shell("exit " + std::to_string(i)));
        if (outcome.ok() && outcome->end == End::kExited && outcome->code == i) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 40);
}

TEST(ChildProcess, AMissingProgramIsAnError) {
  ChildCommand command;
  command.program = "/nonexistent";
  const auto outcome = RunChild(command);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, Error::Code::kInternal);
}

}  // namespace
}  // namespace dialix::analysis
