// Who wrote what last, for reads that go to a replica: a person must see what they have just done. Kept in
// Redis, so that all workers and hosts know, for longer than a replica may lag. Thread-safe; no state of its
// own but whether something could not be kept. Redis may forget (a restart, a failover): `wrote:since` says
// since when it has not. While that is missing or younger than what a replica may lag, nobody is known, and
// reads go to the primary.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "store/redis.h"

namespace dialix::store {

class LastWrites {
 public:
  LastWrites(Redis& redis, std::chrono::milliseconds kept) : redis_(redis), kept_(kept) {}

  // `who` has committed that transaction (xid8).
  void Note(const std::string& who, const std::string& transaction);

  struct Found {
    bool known = false;       // false: read from the primary
    std::string transaction;  // empty: nothing lately
  };
  [[nodiscard]] Found Find(const std::string& who);

 private:
  bool Forget();

  Redis& redis_;
  const std::chrono::milliseconds kept_;
  std::atomic<bool> missed_one_{false};
};

}  // namespace dialix::store
