// Runs one short-lived program from a multi-threaded process and waits for it, within limits.
// The child gets exactly the descriptors asked for, an empty environment, default signals and its own process
// group. Thread-safe. REQUIRES: nobody else in the process reaps unknown children (waitpid(-1)).
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "analysis/engines.h"
#include "base/result.h"

namespace dialix::analysis {

struct ChildCommand {
  std::filesystem::path program;
  std::vector<std::string> arguments;  // without argv[0]
  std::vector<int> descriptors;        // become 3, 4, 5, …; stay open here
  std::chrono::milliseconds wall_timeout{60'000};
  std::size_t max_output_bytes = 64 * 1024;
  const CancelFlag* cancel = nullptr;
};

struct ChildOutcome {
  enum class End { kExited, kSignalled, kTimedOut, kCancelled, kTooMuchOutput };
  End end = End::kExited;
  int code = 0;        // exit status or signal number
  std::string output;  // standard output
  std::string errors;  // the last 2 KiB of standard error
};

// Errors: kInternal when the program cannot be started. A child that is late, cancelled or too talkative is
// killed; it is always reaped before this returns.
[[nodiscard]] Result<ChildOutcome> RunChild(const ChildCommand& command);

}  // namespace dialix::analysis
