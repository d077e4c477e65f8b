#include "cache/cache_manager.h"

#include <algorithm>
#include <thread>

#include "base/clock.h"
#include "base/uuid.h"

namespace dialix::cache {
namespace {

std::int64_t NowMs() { return Now().time_since_epoch().count(); }

}  // namespace

bool View::AllKnown() const {
  return std::find(versions.begin(), versions.end(), kUnknown) == versions.end();
}

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kHit:
      return "hit";
    case Outcome::kMiss:
      return "miss";
    case Outcome::kWait:
      return "wait";
    case Outcome::kBypass:
      return "bypass";
  }
  return "off";
}

CacheManager::CacheManager(RemoteCache& remote, Floors& floors, CacheOptions options,
                           const monitoring::MetricSet& counters)
    : remote_(remote), floors_(floors), options_(options), counters_(counters), local_(options.local_bytes) {}

void CacheManager::CountError(const Error& error) const {
  const bool known = error.internal_detail == store::kCircuitOpen || error.internal_detail == store::kNoRedis;
  if (!known) counters_.cache_errors.Add();
}

Found CacheManager::Count(const View& view, ValuePtr value, Outcome outcome) const {
  switch (outcome) {
    case Outcome::kHit:
      if (!view.ahead) counters_.cache_hits.Add();
      break;
    case Outcome::kMiss:
      (view.ahead ? counters_.cache_ahead : counters_.cache_misses).Add();
      break;
    case Outcome::kWait:
      if (!view.ahead) counters_.cache_waits.Add();
      break;
    case Outcome::kBypass:
      counters_.cache_bypasses.Add();
      break;
  }
  return Found{std::move(value), outcome};
}

View CacheManager::Look(std::vector<std::string> scopes, std::span<const Change> raise) {
  View view;
  view.scopes = std::move(scopes);
  auto versions = remote_.ReadVersions(view.scopes, raise);
  if (!versions) CountError(versions.error());
  if (versions && versions->size() == view.scopes.size()) {
    view.versions = std::move(*versions);
    floors_.Apply(view.scopes, view.versions);
    view.usable = floors_.Trusted();
  } else {
    view.versions.assign(view.scopes.size(), kUnknown);
  }
  return view;
}

void CacheManager::Teach(std::span<const Change> versions) {
  if (const Status raised = remote_.Raise(versions); !raised) CountError(raised.error());
}

View CacheManager::Tail(const View& view, std::size_t first) {
  View tail;
  tail.usable = view.usable;
  const auto skip = static_cast<std::ptrdiff_t>(first);
  tail.scopes.assign(view.scopes.begin() + skip, view.scopes.end());
  tail.versions.assign(view.versions.begin() + skip, view.versions.end());
  return tail;
}

bool CacheManager::IsFresh(const Value& value, std::span<const Version> versions) const {
  return IsAsNewAs(value, versions) && NowMs() < value.fresh_until_ms;
}

void CacheManager::Keep(const std::string& key, const ValuePtr& value) {
  if (value->body.size() > options_.largest_value) return;
  const std::size_t packed = value->body.size() / 3;  // which it may come to hold
  local_.Put(key, value, value->body.capacity() + packed + value->versions.capacity() * sizeof(Version));
}

Result<Found> CacheManager::Cached(const std::string& key, const View& view, const Loader& load,
                                   std::chrono::seconds ttl) {
  if (!view.usable) {
    DIALIX_TRY(auto value, Compute(key, view, load, ttl, nullptr));
    return Count(view, std::move(value), Outcome::kBypass);
  }
  if (auto value = local_.Find(key); value && IsFresh(*value, view.versions)) {
    return Count(view, std::move(value), Outcome::kHit);
  }
  auto ticket = flights_.Join(key + '|' + VersionsText(view.versions));
  if (ticket.leads()) {
    auto found = Lead(key, view, load, ttl);
    ticket.Land(found ? Result<ValuePtr>(found->value) : Result<ValuePtr>(found.error()));
    return found;
  }
  auto result = ticket.Await(options_.longest_wait);
  if (!result) result = Compute(key, view, load, ttl, nullptr);
  if (!*result) return std::move(*result).error();
  return Count(view, std::move(**result), Outcome::kWait);
}

// The one thread of this process that fetches or computes the value; other processes may be at it too.
Result<Found> CacheManager::Lead(const std::string& key, const View& view, const Loader& load,
                                 std::chrono::seconds ttl) {
  if (auto value = local_.Find(key); value && IsFresh(*value, view.versions)) {
    return Count(view, std::move(value), Outcome::kHit);  // another leader was done just before us
  }
  const std::string token = NewUuid();
  const auto give_up = std::chrono::steady_clock::now() + options_.longest_wait;
  bool waited = false;
  bool locked = false;
  for (;;) {
    auto claim = remote_.FetchOrLock(key, token, view.scopes);
    if (!claim) {
      CountError(claim.error());
      break;
    }
    locked = claim->locked;
    // What was unknown when the request came is known by now, if somebody has computed the value meanwhile.
    std::vector<Version> least = view.versions;
    for (std::size_t i = 0; i < least.size() && i < claim->versions.size(); ++i) {
      if (least[i] == kUnknown) least[i] = claim->versions[i];
    }
    floors_.Apply(view.scopes, least);
    if (claim->value && IsFresh(*claim->value, least)) {
      if (locked) (void)remote_.Release(key, token);
      claim->value->tag = EntityTag(key, claim->value->versions, claim->value->changes_at_ms);
      auto value = std::make_shared<const Value>(std::move(*claim->value));
      Keep(key, value);
      return Count(view, std::move(value), waited ? Outcome::kWait : Outcome::kHit);
    }
    if (locked || !claim->lockable || std::chrono::steady_clock::now() > give_up) break;
    waited = true;
    std::this_thread::sleep_for(options_.look_again);
  }
  DIALIX_TRY(auto value, Compute(key, view, load, ttl, locked ? &token : nullptr));
  return Count(view, std::move(value), Outcome::kMiss);
}

// A replica may lag behind what was acknowledged: then once more, at the source.
Result<Loaded> CacheManager::LoadFresh(const View& view, const Loader& load) const {
  DIALIX_TRY(auto loaded, load(false));
  for (std::size_t i = 0; i < view.versions.size() && i < loaded.versions.size(); ++i) {
    if (loaded.versions[i] < view.versions[i]) return load(true);
  }
  return loaded;
}

// `token`: of the lock that is held; null: without one, and nothing goes to Redis.
Result<ValuePtr> CacheManager::Compute(const std::string& key, const View& view, const Loader& load,
                                       std::chrono::seconds ttl, const std::string* token) {
  const std::int64_t now = NowMs();  // before it reads: what holds until midnight must not outlive it
  auto loaded = LoadFresh(view, load);
  if (!loaded) {
    if (token != nullptr) (void)remote_.Release(key, *token);
    return std::move(loaded).error();
  }
  const std::chrono::milliseconds life = ttl.count() > 0 ? ttl : options_.ttl;
  auto value = std::make_shared<Value>();
  value->body = std::move(loaded->body);
  value->versions = std::move(loaded->versions);
  value->fresh_until_ms = now + life.count();
  if (loaded->changes_in) {
    value->changes_at_ms = now + loaded->changes_in->count();
    value->fresh_until_ms = std::min(value->fresh_until_ms, value->changes_at_ms);
  }
  value->tag = EntityTag(key, value->versions, value->changes_at_ms);
  const bool versioned = !view.scopes.empty() && value->versions.size() == view.scopes.size();
  if (versioned) Keep(key, value);
  if (token == nullptr) return ValuePtr(std::move(value));
  const std::chrono::milliseconds left(value->fresh_until_ms - NowMs());
  if (versioned && left.count() > 0 && value->body.size() <= options_.largest_value) {
    const auto stored = remote_.Store(key, *token, view.scopes, *value, left);
    if (!stored) CountError(stored.error());
  } else {
    (void)remote_.Release(key, *token);
  }
  return ValuePtr(std::move(value));
}

}  // namespace dialix::cache
