#include "app/hot_reads.h"

#include <algorithm>

namespace dialix::app {

bool HotReads::Touch(const std::string& key, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return false;
  found->second.asked_at = now;
  ++found->second.asked;
  found->second.unasked = 0;
  return true;
}

void HotReads::Add(const std::string& key, HotRead read, int asked, Clock::time_point now) {
  if (!enabled() || options_.most == 0) return;
  auto shared = std::make_shared<const HotRead>(std::move(read));
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= options_.most) {
    DropColdLocked(now);
    if (entries_.size() >= options_.most) {
      entries_.erase(std::min_element(
          entries_.begin(), entries_.end(),
          [](const auto& one, const auto& other) { return one.second.asked_at < other.second.asked_at; }));
    }
  }
  entries_.insert_or_assign(key, Entry{std::move(shared), now, asked});
}

void HotReads::DropColdLocked(Clock::time_point now) {
  std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.asked_at > options_.hot; });
}

void HotReads::Changed(std::span<const cache::Change> changes, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  DropColdLocked(now);
  bool any = false;
  for (auto& [key, entry] : entries_) {
    if (entry.due || entry.asked < options_.asked || entry.unasked >= options_.unasked) continue;
    const auto& scopes = entry.read->scopes;
    const bool concerned = std::any_of(changes.begin(), changes.end(), [&](const cache::Change& change) {
      return std::find(scopes.begin(), scopes.end(), change.scope) != scopes.end();
    });
    if (!concerned) continue;
    entry.due = std::max(now + options_.settle, entry.taken_at + options_.pause);
    any = true;
  }
  if (any) changed_.notify_one();
}

HotReads::Entries::iterator HotReads::EarliestLocked() {
  auto earliest = entries_.end();
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    if (!it->second.due) continue;
    if (earliest == entries_.end() || *it->second.due < *earliest->second.due) earliest = it;
  }
  return earliest;
}

std::shared_ptr<const HotRead> HotReads::Take(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto entry = EarliestLocked();
  if (entry == entries_.end() || *entry->second.due > now) return nullptr;
  entry->second.due.reset();
  entry->second.taken_at = now;
  ++entry->second.unasked;
  return entry->second.read;
}

std::shared_ptr<const HotRead> HotReads::Await() {
  for (;;) {
    if (auto read = Take()) return read;
    std::unique_lock lock(mutex_);
    if (stopped_) return nullptr;
    if (const auto entry = EarliestLocked(); entry == entries_.end()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, *entry->second.due);
    }
    if (stopped_) return nullptr;
  }
}

void HotReads::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

std::size_t HotReads::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace dialix::app
