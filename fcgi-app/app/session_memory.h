// Who stands behind a session cookie or an API token, as this process has read it from PostgreSQL. Trusted
// for five minutes at most (less where sessions end early), only while the versions of the account and of its
// company's access are what they were (the gate asks Redis with every request), and never past the session's
// own end. So a logout, a block, a changed role or password counts from the next request on, in every
// process. Thread-safe, bounded.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cache/local_cache.h"
#include "cache/scope.h"
#include "features/auth/auth_store.h"

namespace dialix::app {

struct Identity {
  security::Principal principal;
  std::vector<std::string> scopes;  // of the account, and of the company's access where there is one
  std::vector<cache::Version> versions;
  std::chrono::steady_clock::time_point trusted_until;

  [[nodiscard]] std::vector<cache::Change> Changes() const;  // scopes and versions as changes
};
using IdentityPtr = std::shared_ptr<const Identity>;

class SessionMemory {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kTrust{300};

  explicit SessionMemory(std::chrono::seconds session_idle, std::size_t most_bytes = 8 * 1024 * 1024)
      : session_idle_(session_idle), sessions_(most_bytes) {}

  // Null where nobody is remembered under this hash, or not any more.
  [[nodiscard]] IdentityPtr Find(std::string_view token_hash, Clock::time_point now = Clock::now());
  // `asked_at`: before PostgreSQL was asked.
  IdentityPtr Remember(std::string_view token_hash, const features::FoundSession& found,
                       Clock::time_point asked_at);
  void Forget(std::string_view token_hash) { sessions_.Erase(token_hash); }

 private:
  const std::chrono::seconds session_idle_;
  cache::LocalCache<Identity> sessions_;
};

}  // namespace dialix::app
