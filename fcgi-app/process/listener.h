// The listen socket: systemd's, when it passed one (sd_listen_fds(3)), else our own unix socket. Owned by the
// master; workers inherit the fd. An own socket appears at its path complete (group, mode 0660, listening) by
// rename(2), over a stale one only: a live instance or a file that is no socket is never touched.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace dialix::process {

class Listener {
 public:
  // Errors: kConflict (another instance answers at the path), kInvalid (a path, group or passed fd that
  // cannot be used: configuration), kInternal (the system refused).
  static Result<Listener> Open(const std::string& path, const std::string& group);

  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();  // closes; removes the path if it is still our own socket

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool from_systemd() const { return path_.empty(); }
  // In a worker: keep the fd, forget the path.
  void Disown() { path_.clear(); }

 private:
  Listener(UniqueFd fd, std::string path, dev_t device, ino_t inode);
  static Result<Listener> Adopt(int fd);
  static Result<Listener> Bind(const std::string& path, const std::string& group);

  UniqueFd fd_;
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace dialix::process
