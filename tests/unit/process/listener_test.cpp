#include "process/listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "process/notify.h"

namespace dialix::process {
namespace {

namespace fs = std::filesystem;

class ListenerTest : public testing::Test {
 protected:
  ListenerTest() {
    std::string pattern = (fs::temp_directory_path() / "dialix-listener-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "fcgi.sock";
  }
  ~ListenerTest() override { fs::remove_all(folder_); }

  [[nodiscard]] sockaddr_un Address() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    return address;
  }
  [[nodiscard]] bool CanConnect() const {
    const UniqueFd client(::socket(AF_UNIX, SOCK_STREAM, 0));
    const sockaddr_un address = Address();
    return ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  // A socket file on which nobody listens, as a killed server leaves it.
  void LeaveStaleSocket() const {
    const UniqueFd dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    const sockaddr_un address = Address();
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  [[nodiscard]] std::size_t FilesInFolder() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
  fs::path path_;
};

TEST_F(ListenerTest, OpensASocketThatOnlyOwnerAndGroupMayUse) {
  const auto listener = Listener::Open(path_, "");
  ASSERT_TRUE(listener.ok()) << listener.error().public_message;
  struct stat made {};
  ASSERT_EQ(::lstat(path_.c_str(), &made), 0);
  EXPECT_TRUE(S_ISSOCK(made.st_mode));
  EXPECT_EQ(made.st_mode & 07777, 0660U);
  EXPECT_TRUE(CanConnect());
  EXPECT_NE(::fcntl(listener->fd(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(::fcntl(listener->fd(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(FilesInFolder(), 1U) << "no temporary name is left";
}

TEST_F(ListenerTest, RemovesItsSocketWhenItEnds) {
  { const auto listener = Listener::Open(path_, ""); }
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(ListenerTest, LeavesAForeignSocketAloneWhenItEnds) {
  auto listener = Listener::Open(path_, "");
  ASSERT_TRUE(listener.ok());
  fs::remove(path_);
  LeaveStaleSocket();  // someone else's by now
  { const Listener ended = std::move(listener).value(); }
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(ListenerTest, TakesTheFileWithItOnlyInTheMaster) {
  auto listener = Listener::Open(path_, "");
  ASSERT_TRUE(listener.ok());
  listener->Disown();
  { const Listener worker = std::move(listener).value(); }
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(ListenerTest, ReplacesAStaleSocket) {
  LeaveStaleSocket();
  ASSERT_FALSE(CanConnect());
  const auto listener = Listener::Open(path_, "");
  ASSERT_TRUE(listener.ok()) << listener.error().public_message;
  EXPECT_TRUE(CanConnect());
}

TEST_F(ListenerTest, RefusesToDisturbALiveInstance) {
  const auto live = Listener::Open(path_, "");
  ASSERT_TRUE(live.ok());
  const auto second = Listener::Open(path_, "");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Error::Code::kConflict);
  EXPECT_TRUE(CanConnect());
}

TEST_F(ListenerTest, RefusesToDeleteAFileThatIsNoSocket) {
  std::ofstream(path_) << "precious";
  const auto listener = Listener::Open(path_, "");
  ASSERT_FALSE(listener.ok());
  EXPECT_EQ(listener.error().code, Error::Code::kInvalid);
  EXPECT_EQ(fs::file_size(path_), 8U);
}

TEST_F(ListenerTest, NamesWhatIsWrongWithTheConfiguration) {
  for (const std::string& path : {std::string(), std::string("/nonexistent-folder/x.sock"),
                                  folder_.string() + "/" + std::string(120, 'x')}) {
    const auto listener = Listener::Open(path, "");
    ASSERT_FALSE(listener.ok()) << path;
    EXPECT_EQ(listener.error().code, Error::Code::kInvalid) << path;
  }
  const auto listener = Listener::Open(path_, "no-such-group-anywhere");
  ASSERT_FALSE(listener.ok());
  EXPECT_NE(listener.error().public_message.find("no-such-group-anywhere"), std::string::npos);
  EXPECT_EQ(FilesInFolder(), 0U);
}

// Runs `body` in a child with `fd` as file descriptor 3 and LISTEN_PID set, as systemd does; its exit code.
template <typename F>
int WithPassedFd(int fd, F body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (fd != 3) ::dup2(fd, 3);
    ::setenv("LISTEN_FDS", "1", 1);
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::_exit(body());
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(ListenerTest, TakesTheSocketThatSystemdPasses) {
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  const sockaddr_un address = Address();
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(socket.get(), 5), 0);
  const int code = WithPassedFd(socket.get(), [] {
    const auto listener = Listener::Open("/ignored/path", "");
    if (!listener.ok()) return 1;
    if (!listener->from_systemd() || listener->fd() != 3) return 2;
    if ((::fcntl(3, F_GETFL) & O_NONBLOCK) == 0 || (::fcntl(3, F_GETFD) & FD_CLOEXEC) == 0) return 3;
    return std::getenv("LISTEN_FDS") == nullptr ? 0 : 4;
  });
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(fs::exists(path_)) << "systemd's socket file is systemd's";
}

TEST_F(ListenerTest, RefusesAPassedFdThatIsNoListeningUnixSocket) {
  const UniqueFd file(::open("/dev/null", O_RDONLY));
  const auto refused = [] {
    const auto listener = Listener::Open("/ignored", "");
    return !listener.ok() && listener.error().code == Error::Code::kInvalid ? 0 : 1;
  };
  EXPECT_EQ(WithPassedFd(file.get(), refused), 0);
  const UniqueFd not_listening(::socket(AF_UNIX, SOCK_STREAM, 0));
  EXPECT_EQ(WithPassedFd(not_listening.get(), refused), 0);
}

TEST_F(ListenerTest, IgnoresListenFdsMeantForAnotherProcess) {
  ::setenv("LISTEN_FDS", "1", 1);
  ::setenv("LISTEN_PID", "1", 1);
  const auto listener = Listener::Open(path_, "");
  ASSERT_TRUE(listener.ok());
  EXPECT_FALSE(listener->from_systemd());
}

TEST_F(ListenerTest, NotifySendsOneDatagram) {
  const UniqueFd receiver(::socket(AF_UNIX, SOCK_DGRAM, 0));
  const sockaddr_un address = Address();
  ASSERT_EQ(::bind(receiver.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
  Notify("READY=1");
  NotifyReloading();
  char text[256];
  ssize_t n = ::recv(receiver.get(), text, sizeof text, MSG_DONTWAIT);
  ASSERT_GT(n, 0);
  EXPECT_EQ(std::string(text, static_cast<std::size_t>(n)), "READY=1");
  n = ::recv(receiver.get(), text, sizeof text, MSG_DONTWAIT);
  ASSERT_GT(n, 0);
  EXPECT_EQ(std::string(text, static_cast<std::size_t>(n)).rfind("RELOADING=1\nMONOTONIC_USEC=", 0), 0U);
  ::unsetenv("NOTIFY_SOCKET");
  Notify("READY=1");
  EXPECT_LT(::recv(receiver.get(), text, sizeof text, MSG_DONTWAIT), 0);
}

}  // namespace
}  // namespace dialix::process
