#include "cache/floors.h"

#include <algorithm>

namespace dialix::cache {

void Floors::RaiseLocked(const Change& change, bool heard, Clock::time_point now) {
  auto found = floors_.find(std::string_view(change.scope));
  if (found == floors_.end()) {
    if (floors_.size() >= most_) {
      overflowed_ = true;
      lost_at_ = now;
      return;
    }
    found = floors_.emplace(change.scope, Floor{kUnknown, kUnknown, now}).first;
  }
  Floor& floor = found->second;
  if (heard) floor.heard = std::max(floor.heard, change.version);
  if (change.version <= floor.version) return;
  floor.version = change.version;
  floor.raised_at = now;
}

void Floors::Raise(std::span<const Change> changes, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  for (const Change& change : changes) RaiseLocked(change, false, now);
}

void Floors::Hear(std::span<const Change> changes) {
  {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    for (const Change& change : changes) RaiseLocked(change, true, now);
  }
  heard_.notify_all();
}

bool Floors::AllHeard(std::span<const Change> changes) const {
  return std::all_of(changes.begin(), changes.end(), [this](const Change& change) {
    const auto found = floors_.find(std::string_view(change.scope));
    return found != floors_.end() && found->second.heard >= change.version;
  });
}

bool Floors::AwaitHeard(std::span<const Change> changes, std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  return heard_.wait_for(lock, longest, [&] { return AllHeard(changes); });
}

void Floors::Apply(std::span<const std::string> scopes, std::span<Version> versions) const {
  const std::lock_guard lock(mutex_);
  if (floors_.empty()) return;
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (versions[i] == kUnknown) continue;
    const auto found = floors_.find(std::string_view(scopes[i]));
    if (found != floors_.end()) versions[i] = std::max(versions[i], found->second.version);
  }
}

void Floors::Prune(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(floors_, [&](const auto& entry) { return now - entry.second.raised_at > keep_; });
  // A floor that found no room is missing for as long as it would have been kept.
  if (overflowed_ && now - lost_at_ > keep_) overflowed_ = false;
}

std::size_t Floors::size() const {
  const std::lock_guard lock(mutex_);
  return floors_.size();
}

}  // namespace dialix::cache
