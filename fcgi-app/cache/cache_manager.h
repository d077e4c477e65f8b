// The cache as a request sees it: what is known of the scopes' versions, and Cached(), which gives a value
// that is at least as new as every change acknowledged before the request came, or computes it. One a
// process, made after fork; thread-safe. Redis away, slow or full: everything is computed, nothing fails.
//
// Why never stale: a value carries the versions of its scopes, read from PostgreSQL before its rows. It is
// served only if each is at least what Redis says now (whoever commits lifts Redis before the answer goes
// out) and at least this process's floor (floors.h: what was heard from PostgreSQL, should the lift have
// failed).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cache/envelope.h"
#include "cache/floors.h"
#include "cache/local_cache.h"
#include "cache/remote_cache.h"
#include "cache/scope.h"
#include "cache/single_flight.h"
#include "monitoring/metric_set.h"

namespace dialix::cache {

struct CacheOptions {
  std::chrono::seconds ttl{300};
  std::size_t largest_value = 1024 * 1024;       // bytes; larger ones are not kept
  std::size_t local_bytes = 64 * 1024 * 1024;    // of values in this process's memory
  std::chrono::milliseconds longest_wait{2000};  // for somebody else's computation; then one's own
  std::chrono::milliseconds look_again{3};       // while another process computes
};

// What a request knows of the scopes it reads. One thread's.
struct View {
  bool usable = false;  // false: the cache is passed by
  bool ahead = false;   // nobody asks yet: counted apart
  std::vector<std::string> scopes;
  std::vector<Version> versions;  // the least that a value must have; kUnknown where Redis has none

  [[nodiscard]] bool AllKnown() const;
};

// What a loader read: `versions` of the view's scopes, read before the body's rows.
struct Loaded {
  std::string body;
  std::vector<Version> versions;
  std::optional<std::chrono::milliseconds> changes_in;  // until the body is wrong by itself (midnight)
};
// `insist`: the first answer was older than what is known to be committed (a replica that lags); read where
// the truth is.
using Loader = std::function<Result<Loaded>(bool insist)>;

enum class Outcome { kHit, kMiss, kWait, kBypass };
[[nodiscard]] std::string_view OutcomeName(Outcome outcome);  // "hit"

struct Found {
  ValuePtr value;
  Outcome outcome = Outcome::kBypass;
};

class CacheManager {
 public:
  CacheManager(RemoteCache& remote, Floors& floors, CacheOptions options,
               const monitoring::MetricSet& counters);

  // One round trip to Redis. `raise` travels along: versions that the caller has just read in PostgreSQL.
  [[nodiscard]] View Look(std::vector<std::string> scopes, std::span<const Change> raise = {});
  // Lifts versions in Redis that the caller has just read in PostgreSQL, where Redis did not know them.
  void Teach(std::span<const Change> versions);
  // The part of a view from scope `first` on.
  [[nodiscard]] static View Tail(const View& view, std::size_t first);

  // The value of this key as of now. `ttl`: zero for the default. Errors: the loader's.
  Result<Found> Cached(const std::string& key, const View& view, const Loader& load,
                       std::chrono::seconds ttl = std::chrono::seconds(0));

  // Counts an answer that needed no value at all (304 by versions).
  void CountHit() const { counters_.cache_hits.Add(); }
  [[nodiscard]] std::size_t local_bytes() const { return local_.bytes(); }

 private:
  Result<Found> Lead(const std::string& key, const View& view, const Loader& load, std::chrono::seconds ttl);
  Result<ValuePtr> Compute(const std::string& key, const View& view, const Loader& load,
                           std::chrono::seconds ttl, const std::string* token);
  Result<Loaded> LoadFresh(const View& view, const Loader& load) const;
  [[nodiscard]] bool IsFresh(const Value& value, std::span<const Version> versions) const;
  void Keep(const std::string& key, const ValuePtr& value);
  // What became of it, as Cached gives it back.
  Found Count(const View& view, ValuePtr value, Outcome outcome) const;
  void CountError(const Error& error) const;

  RemoteCache& remote_;
  Floors& floors_;
  const CacheOptions options_;
  const monitoring::MetricSet& counters_;
  LocalCache<Value> local_;
  SingleFlight<ValuePtr> flights_;
};

}  // namespace dialix::cache
