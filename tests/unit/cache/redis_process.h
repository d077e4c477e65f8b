// A redis-server of a test's own: on a unix socket in a folder of its own, nothing on disk unless asked for.
// Ends with the object. REQUIRES: redis-server on the PATH.
#pragma once

#include <string>
#include <vector>

namespace dialix::cache {

class RedisProcess {
 public:
  explicit RedisProcess(std::vector<std::string> options = {});
  ~RedisProcess();
  RedisProcess(const RedisProcess&) = delete;
  RedisProcess& operator=(const RedisProcess&) = delete;

  [[nodiscard]] std::string url() const { return "unix://" + socket(); }
  [[nodiscard]] std::string socket() const { return folder_ + "/redis.sock"; }

  // Returns once it answers.
  void Start();
  // Kills it, and returns once it is gone.
  void Kill();
  void Freeze() const;  // SIGSTOP
  void Thaw() const;    // SIGCONT

 private:
  const std::vector<std::string> options_;
  std::string folder_;
  int pid_ = -1;
};

}  // namespace dialix::cache
