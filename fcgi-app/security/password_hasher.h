// Passwords as Argon2id PHC strings (RFC 9106), of the Unicode form NFC. Thread-safe.
// The work is done by `concurrency` threads of its own at low priority, so that it takes the processor when
// nobody else wants it. Callers wait for them, at most `most_waiting` at once: whoever comes then is refused
// at once. So a login flood costs bounded memory (concurrency × memory_kib), few of the process's other
// threads, and no answer of theirs. Nor does it keep out whom the server knows: strangers find room in half
// of the places only, and who is better known is served before them (Lane); every fourth computation goes to
// those who wait in the least lane, so nobody waits for ever. Made after fork; the threads start with the
// first password.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "monitoring/password_metrics.h"
#include "security/lane_queue.h"
#include "security/password_rules.h"

namespace dialix::security {

struct PasswordParameters {
  std::uint32_t memory_kib = 19456;  // OWASP Password Storage Cheat Sheet's first choice: 19 MiB, t=2, p=1
  std::uint32_t iterations = 2;
  std::uint32_t lanes = 1;
  int concurrency = 1;
  int most_waiting = 8;

  static PasswordParameters Of(const Config& config);
};

class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordParameters parameters = {},
                          const monitoring::PasswordMetrics& metrics = {});
  ~PasswordHasher();
  PasswordHasher(const PasswordHasher&) = delete;
  PasswordHasher& operator=(const PasswordHasher&) = delete;

  // "$argon2id$v=19$m=…,t=…,p=…$salt$hash", 16 bytes of salt, 32 of hash. Errors: kUnavailable "busy".
  Result<std::string> Hash(std::string_view password, Lane lane = Lane::kKnown);
  // False for a wrong password. A text that is no Argon2id hash, or asks for more memory than a hash may take
  // (kMostMemoryKib or what is configured), is false after the same work. Errors: kUnavailable "busy".
  Result<bool> Verify(std::string_view password, const std::string& phc, Lane lane = Lane::kKnown);
  // Spends what a Verify costs and answers false: for names that do not exist.
  Result<bool> VerifyNobody(std::string_view password) { return Verify(password, {}); }
  // Whether this hash, of a right password, was made with other parameters than those of today.
  [[nodiscard]] bool NeedsRehash(const std::string& phc) const;
  // What a caller would be told who came now; Ok() where there is room.
  [[nodiscard]] Status Room(Lane lane = Lane::kKnown);

  static constexpr std::uint32_t kMostMemoryKib = 131072;
  static constexpr std::uint32_t kMostIterations = 16;
  static constexpr std::uint32_t kMostLanes = 16;

 private:
  Status Do(const std::function<void()>& work, Lane lane);
  void Serve();

  const PasswordParameters parameters_;
  const monitoring::PasswordMetrics metrics_;
  const std::string nobody_;  // a hash that no password has
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  LaneQueue queue_;
  std::vector<LaneQueue::Work> finished_;
  int running_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace dialix::security
