#include "analysis/decode/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

extern "C" {  // glibc 2.36 forgot to say so itself
#include <sys/pidfd.h>
}

#include <array>
#include <cerrno>
#include <cstring>

#include "analysis/decode/unique_fd.h"

namespace dialix::analysis {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kErrorTail = 2048;
// How late a cancelled child may be noticed.
constexpr milliseconds kCancelPoll{200};

std::string Errno(const char* what, int number) { return std::string(what) + ": " + std::strerror(number); }

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Internal(Errno("pipe2", errno));
  Pipe made{UniqueFd(ends[0]), UniqueFd(ends[1])};
  fcntl(made.read.Get(), F_SETFL, O_NONBLOCK);
  return made;
}

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);  // a Ctrl-C at the terminal is the parent's to handle
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

// Starts the program with stdout and stderr on the given pipe ends.
Result<pid_t> Spawn(const ChildCommand& command, int output, int errors) {
  FileActions actions;
  // Sources are moved out of the way first: a source that is also a target would be overwritten before its
  // turn.
  constexpr int kOutOfTheWay = 64;
  std::vector<UniqueFd> sources;
  std::vector<int> wanted{output, errors};
  wanted.insert(wanted.end(), command.descriptors.begin(), command.descriptors.end());
  for (const int fd : wanted) {
    sources.emplace_back(fcntl(fd, F_DUPFD_CLOEXEC, kOutOfTheWay));
    if (!sources.back().Valid()) return Internal(Errno("dup", errno));
  }
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  int target = STDOUT_FILENO;
  for (const UniqueFd& source : sources) {
    posix_spawn_file_actions_adddup2(actions.get(), source.Get(), target++);
  }
  posix_spawn_file_actions_addclosefrom_np(actions.get(), target);

  Attributes attributes;
  std::string name = command.program.string();
  std::vector<char*> argv{name.data()};
  std::vector<std::string> arguments = command.arguments;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  char locale[] = "LC_ALL=C";  // and nothing else: our environment holds secrets
  std::array<char*, 2> environment{locale, nullptr};
  pid_t pid = -1;
  const int failed =
      posix_spawn(&pid, name.c_str(), actions.get(), attributes.get(), argv.data(), environment.data());
  if (failed != 0) return Internal(Errno(("cannot start " + name).c_str(), failed));
  return pid;
}

// Appends what the pipe holds now; false once the writer has closed it.
bool Drain(const UniqueFd& pipe, std::string* text) {
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t count = read(pipe.Get(), buffer.data(), buffer.size());
    if (count > 0)
      text->append(buffer.data(), static_cast<std::size_t>(count));
    else if (count == 0)
      return false;
    else if (errno != EINTR)
      return errno == EAGAIN;
    if (text->size() > (std::size_t{1} << 20)) return true;  // the caller looks at the size
  }
}

void KeepTail(std::string* text) {
  if (text->size() > kErrorTail) text->erase(0, text->size() - kErrorTail);
}

// Reaps the child, killing it first when it is not to go on. False when somebody else reaped it.
bool Reap(pid_t pid, bool kill_first, int* status) {
  if (kill_first) kill(pid, SIGKILL);
  while (waitpid(pid, status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

}  // namespace

Result<ChildOutcome> RunChild(const ChildCommand& command) {
  DIALIX_TRY(Pipe output, MakePipe());
  DIALIX_TRY(Pipe errors, MakePipe());
  const auto deadline = steady_clock::now() + command.wall_timeout;
  DIALIX_TRY(const pid_t pid, Spawn(command, output.write.Get(), errors.write.Get()));
  output.write.Close();
  errors.write.Close();
  const UniqueFd exited(pidfd_open(pid, 0));
  int status = 0;
  if (!exited.Valid()) {
    const std::string why = Errno("pidfd_open", errno);
    Reap(pid, true, &status);
    return Internal(why);
  }

  ChildOutcome outcome;
  std::array<pollfd, 3> watched{
      {{exited.Get(), POLLIN, 0}, {output.read.Get(), POLLIN, 0}, {errors.read.Get(), POLLIN, 0}}};
  bool stopped = false;
  const auto stop = [&](ChildOutcome::End why) {
    outcome.end = why;
    stopped = true;
  };
  while (!stopped) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) {
      stop(ChildOutcome::End::kTimedOut);
      break;
    }
    const auto nap = command.cancel != nullptr ? std::min(left, kCancelPoll) : left;
    poll(watched.data(), watched.size(), static_cast<int>(std::min(nap, milliseconds(60'000)).count()) + 1);
    if (!Drain(output.read, &outcome.output)) watched[1].fd = -1;
    if (!Drain(errors.read, &outcome.errors)) watched[2].fd = -1;
    KeepTail(&outcome.errors);
    if (outcome.output.size() > command.max_output_bytes)
      stop(ChildOutcome::End::kTooMuchOutput);
    else if (command.cancel != nullptr && command.cancel->load())
      stop(ChildOutcome::End::kCancelled);
    else if ((watched[0].revents & POLLIN) != 0)
      break;
  }
  if (!Reap(pid, stopped, &status)) return Internal(Errno("waitpid", errno));
  if (stopped) return outcome;
  Drain(output.read, &outcome.output);
  Drain(errors.read, &outcome.errors);
  KeepTail(&outcome.errors);
  const bool signalled = WIFSIGNALED(status);
  outcome.end = signalled ? ChildOutcome::End::kSignalled : ChildOutcome::End::kExited;
  outcome.code = signalled ? WTERMSIG(status) : WEXITSTATUS(status);
  return outcome;
}

}  // namespace dialix::analysis
