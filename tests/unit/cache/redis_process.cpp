#include "redis_process.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace dialix::cache {
namespace {

// Whether somebody answers PING on this socket within the time.
bool Answers(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  char reply[8] = "";
  const bool good = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                    ::write(fd, "PING\r\n", 6) == 6 && ::read(fd, reply, sizeof reply - 1) > 0;
  ::close(fd);
  return good && std::strncmp(reply, "+PONG", 5) == 0;
}

}  // namespace

RedisProcess::RedisProcess(std::vector<std::string> options) : options_(std::move(options)) {
  ::signal(SIGPIPE, SIG_IGN);
  char name[] = "/tmp/dialix-unit-redis-XXXXXX";
  if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp");
  folder_ = name;
  Start();
}

RedisProcess::~RedisProcess() {
  if (pid_ > 0) Kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void RedisProcess::Start() {
  std::vector<std::string> words = {"redis-server", "--port", "0",          "--unixsocket", socket(),
                                    "--dir",        folder_,  "--loglevel", "warning"};
  if (options_.empty()) words.insert(words.end(), {"--save", ""});
  words.insert(words.end(), options_.begin(), options_.end());
  pid_ = ::fork();
  if (pid_ == 0) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  for (int i = 0; i < 1000; ++i) {
    if (Answers(socket())) return;
    ::poll(nullptr, 0, 10);  // another process comes up; it tells nobody when
  }
  throw std::runtime_error("redis-server does not answer on " + socket());
}

void RedisProcess::Kill() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  ::unlink(socket().c_str());
}

void RedisProcess::Freeze() const {
  ::kill(pid_, SIGSTOP);
  int status = 0;
  ::waitpid(pid_, &status, WUNTRACED);  // it stands still now
}

void RedisProcess::Thaw() const { ::kill(pid_, SIGCONT); }

}  // namespace dialix::cache
