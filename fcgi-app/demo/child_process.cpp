#include "demo/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/text.h"

extern char** environ;

namespace dialix::demo {
namespace {

// The descriptors of a child: nothing to read, and one pipe for all that it says.
struct SpawnActions {
  posix_spawn_file_actions_t actions;
  SpawnActions() { posix_spawn_file_actions_init(&actions); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
};

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  ~Pipe() {
    if (read_end >= 0) close(read_end);
    if (write_end >= 0) close(write_end);
  }
};

// Reads until the child closes its end; keeps the last 4 KiB.
std::string ReadTail(int fd) {
  constexpr std::size_t kKeep = 4096;
  std::string tail;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    tail.append(buffer.data(), static_cast<std::size_t>(got));
    if (tail.size() > kKeep) tail.erase(0, tail.size() - kKeep);
  }
  return tail;
}

std::string LastLine(std::string_view text) {
  const auto trimmed = Trim(text);
  const auto newline = trimmed.rfind('\n');
  return std::string(newline == std::string_view::npos ? trimmed : trimmed.substr(newline + 1));
}

}  // namespace

Status RunProgram(const std::vector<std::string>& argv) {
  Pipe output;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Internal(std::string("pipe2: ") + std::strerror(errno));
  output.read_end = ends[0];
  output.write_end = ends[1];

  SpawnActions spawn;
  posix_spawn_file_actions_addopen(&spawn.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&spawn.actions, output.write_end, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&spawn.actions, output.write_end, STDERR_FILENO);

  std::vector<char*> arguments;
  for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  pid_t child = -1;
  const int failed = posix_spawnp(&child, arguments[0], &spawn.actions, nullptr, arguments.data(), environ);
  if (failed == ENOENT) {
    return Fail(Error::Code::kUnavailable, argv[0] + " is not installed (apt-get install " + argv[0] + ").");
  }
  if (failed != 0)
    return Fail(Error::Code::kInternal, "Cannot start " + argv[0] + ": " + std::strerror(failed));
  close(std::exchange(output.write_end, -1));
  const std::string said = ReadTail(output.read_end);

  int state = 0;
  while (waitpid(child, &state, 0) < 0) {
    if (errno != EINTR) return Internal(std::string("waitpid: ") + std::strerror(errno));
  }
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return Ok();
  return Fail(Error::Code::kInternal, argv[0] + " failed: " + LastLine(said));
}

bool HasProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  if (path == nullptr) return false;
  for (const auto folder : Split(path, ':')) {
    if (access((std::string(folder) + "/" + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

Result<TemporaryFolder> TemporaryFolder::Make() {
  std::error_code failed;
  std::string pattern = (std::filesystem::temp_directory_path(failed) / "dialix-demo-XXXXXX").string();
  if (failed || mkdtemp(pattern.data()) == nullptr) {
    return Fail(Error::Code::kInternal,
                "Cannot make a temporary folder: " + std::string(std::strerror(errno)));
  }
  return TemporaryFolder(pattern);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace dialix::demo
