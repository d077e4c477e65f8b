#include "process/listener.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>
#include <vector>

#include "base/text.h"

namespace dialix::process {
namespace {

constexpr int kFirstPassedFd = 3;  // SD_LISTEN_FDS_START

std::string Reason() { return std::generic_category().message(errno); }

Error System(const std::string& what) { return Internal(what + ": " + Reason()); }

Error Configuration(const std::string& message) { return Fail(Error::Code::kInvalid, message); }

std::optional<sockaddr_un> Address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

UniqueFd NewSocket() { return UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

// Refuses to go on unless the path is free or holds a socket on which nobody listens.
Status CheckPathFree(const std::string& path, const sockaddr_un& address) {
  struct stat existing {};
  if (::lstat(path.c_str(), &existing) != 0) {
    return errno == ENOENT ? Ok() : Status(Configuration("Cannot look at " + path + ": " + Reason()));
  }
  if (!S_ISSOCK(existing.st_mode)) return Configuration(path + " exists and is no socket.");
  const UniqueFd probe = NewSocket();
  if (!probe) return System("socket");
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno == EAGAIN) {
    return Fail(Error::Code::kConflict,
                "Another instance answers at " + path + ".");  // EAGAIN: its backlog is full
  }
  if (errno == ECONNREFUSED || errno == ENOENT) return Ok();
  return Configuration("Cannot probe " + path + ": " + Reason());
}

Result<gid_t> GroupId(const std::string& name) {
  std::vector<char> buffer(64UL * 1024);
  group entry{};
  group* found = nullptr;
  if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
    return Configuration("There is no group \"" + name + "\" (FCGI_SOCKET_GROUP).");
  }
  return entry.gr_gid;
}

// Removes the socket under its temporary name unless it got its real one.
struct TemporaryPath {
  std::string path;
  ~TemporaryPath() {
    if (!path.empty()) ::unlink(path.c_str());
  }
};

}  // namespace

Listener::Listener(UniqueFd fd, std::string path, dev_t device, ino_t inode)
    : fd_(std::move(fd)), path_(std::move(path)), device_(device), inode_(inode) {}

Listener::Listener(Listener&& other) noexcept
    : fd_(std::move(other.fd_)),
      path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

Listener::~Listener() {
  struct stat now {};
  const bool ours =
      !path_.empty() && ::lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_;
  if (ours) ::unlink(path_.c_str());
}

Result<Listener> Listener::Open(const std::string& path, const std::string& group) {
  const char* pid = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  const bool passed = pid != nullptr && count != nullptr && ParseInt(pid) == std::int64_t{::getpid()};
  const std::int64_t fds = passed ? ParseInt(count).value_or(0) : 0;
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
    ::unsetenv(name);  // not for our children
  if (fds == 0) return Bind(path, group);
  if (fds != 1) return Configuration("systemd passed " + std::to_string(fds) + " sockets; one is wanted.");
  return Adopt(kFirstPassedFd);
}

Result<Listener> Listener::Adopt(int fd) {
  UniqueFd socket(fd);
  int domain = 0, listening = 0;
  socklen_t length = sizeof domain;
  const bool sound = ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_UNIX &&
                     ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && listening != 0;
  if (!sound) return Configuration("The socket that systemd passed is no listening unix socket.");
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return System("fcntl on the passed socket");
  }
  return Listener(std::move(socket), {}, 0, 0);
}

Result<Listener> Listener::Bind(const std::string& path, const std::string& group) {
  const auto address = Address(path);
  const std::string temporary = path + "." + std::to_string(::getpid());
  const auto temporary_address = Address(temporary);
  if (!address || !temporary_address)
    return Configuration("\"" + path + "\" is no usable socket path (FCGI_SOCKET).");

  // Two instances that start at once: one probes, binds and renames while the other waits here, then sees it
  // live.
  const std::string folder = path.find('/') == std::string::npos ? "." : path.substr(0, path.rfind('/') + 1);
  const UniqueFd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) return Configuration("Cannot open the socket's folder " + folder + ": " + Reason());
  if (::flock(lock.get(), LOCK_EX) != 0) return System("flock on " + folder);
  DIALIX_CHECK(CheckPathFree(path, *address));

  UniqueFd socket = NewSocket();
  if (!socket) return System("socket");
  ::unlink(temporary.c_str());
  const mode_t mask = ::umask(0177);
  const int bound =
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*temporary_address), sizeof *temporary_address);
  const int bind_error = errno;
  ::umask(mask);
  if (bound != 0) {
    errno = bind_error;
    return Configuration("Cannot make a socket in " + folder + ": " + Reason());
  }
  TemporaryPath cleanup{temporary};
  if (!group.empty()) {
    DIALIX_TRY(const gid_t gid, GroupId(group));
    if (::chown(temporary.c_str(), static_cast<uid_t>(-1), gid) != 0) {
      return Configuration("Cannot give the socket to group \"" + group + "\": " + Reason());
    }
  }
  struct stat made {};
  if (::chmod(temporary.c_str(), 0660) != 0 || ::lstat(temporary.c_str(), &made) != 0)
    return System("chmod " + temporary);
  if (::listen(socket.get(), SOMAXCONN) != 0) return System("listen");
  if (::rename(temporary.c_str(), path.c_str()) != 0) return System("rename to " + path);
  cleanup.path.clear();
  return Listener(std::move(socket), path, made.st_dev, made.st_ino);
}

}  // namespace dialix::process
