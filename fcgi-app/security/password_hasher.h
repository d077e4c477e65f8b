// Passwords as Argon2id PHC strings (RFC 9106). Thread-safe. At most `max_concurrent` hashes run at once in a
// process, so a login flood costs bounded memory (memory_kib each) and leaves the other threads their turn.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dialix::security {

struct PasswordParameters {
  std::uint32_t memory_kib = 19456;  // OWASP Password Storage Cheat Sheet's first choice: 19 MiB, t=2, p=1
  std::uint32_t iterations = 2;
  std::uint32_t lanes = 1;
  int max_concurrent = 2;
};

class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordParameters parameters = {}) : parameters_(parameters) {}

  // "$argon2id$v=19$m=…,t=…,p=…$salt$hash", 16 bytes of salt, 32 of hash.
  Result<std::string> Hash(std::string_view password);
  // False for a wrong password and for a string that is no Argon2id hash.
  [[nodiscard]] bool Verify(std::string_view password, const std::string& phc);
  // Spends what a Verify costs and answers false: for names that do not exist.
  bool VerifyNobody(std::string_view password);

 private:
  class Turn;
  const PasswordParameters parameters_;
  std::mutex mutex_;
  std::condition_variable free_;
  int running_ = 0;
  std::string nobody_;  // a hash that no password has; made on first use
};

// What is wrong with a new password, for people; empty: nothing. At least 10 characters, at most 200 bytes.
[[nodiscard]] std::string PasswordComplaint(std::string_view password);

}  // namespace dialix::security
