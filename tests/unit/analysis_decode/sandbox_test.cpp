// Each test shuts a forked copy of this program in and tries what a taken-over decoder would try.
#include "analysis/decode/media/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

namespace dialix::analysis::media {
namespace {

constexpr SandboxLimits kLimits{
    .cpu_seconds = 5, .address_space_bytes = std::uint64_t{1} << 30, .file_bytes = 1 << 20};

void Enter() {
  if (!EnterSandbox(kLimits)) _exit(99);
}

using Killed = testing::KilledBySignal;

TEST(Sandbox, LetsTheProcessEndWell) { EXPECT_EXIT((Enter(), _exit(0)), testing::ExitedWithCode(0), ""); }

TEST(Sandbox, ForbidsSockets) {
  EXPECT_EXIT((Enter(), socket(AF_INET, SOCK_STREAM, 0), _exit(0)), Killed(SIGSYS), "");
  EXPECT_EXIT((Enter(), socket(AF_UNIX, SOCK_STREAM, 0), _exit(0)), Killed(SIGSYS), "");
}

TEST(Sandbox, ForbidsOtherPrograms) {
  char* const none[] = {nullptr};
  EXPECT_EXIT((Enter(), execve("/bin/true", none, none), _exit(0)), Killed(SIGSYS), "");
}

TEST(Sandbox, EndsAProcessThatNeverStopsComputing) {
  SandboxLimits limits = kLimits;
  limits.cpu_seconds = 1;
  const auto spin = [&] {
    if (!EnterSandbox(limits)) _exit(99);
    for (std::atomic<unsigned> n{0};;) ++n;
  };
  EXPECT_EXIT(
      spin(),
      [](int status) {
        return WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
      },
      "");
}

#ifndef DIALIX_INSTRUMENTED
// The strict filter: builds with sanitizers or gcov cannot have it.
TEST(Sandbox, ForbidsOpeningFiles) {
  EXPECT_EXIT((Enter(), open("/etc/passwd", O_RDONLY), _exit(0)), Killed(SIGSYS), "");
}

TEST(Sandbox, ForbidsNewProcesses) { EXPECT_EXIT((Enter(), fork(), _exit(0)), Killed(SIGSYS), ""); }

TEST(Sandbox, ForbidsExecutableMemory) {
  EXPECT_EXIT(
      (Enter(), mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), _exit(0)),
      Killed(SIGSYS), "");
}

TEST(Sandbox, BoundsMemory) {
  const auto grab = [] {
    Enter();
    _exit(std::malloc(std::size_t{2} << 30) == nullptr ? 0 : 1);
  };
  EXPECT_EXIT(grab(), testing::ExitedWithCode(0), "");
}
#endif

}  // namespace
}  // namespace dialix::analysis::media
