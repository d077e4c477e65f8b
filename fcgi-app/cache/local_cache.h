// A bounded map in this process's memory: least recently used out first, by bytes. Thread-safe; split into
// shards by key, so that threads rarely meet at one mutex. It knows nothing of freshness: whoever reads,
// checks. Values are immutable and shared: one that is dropped lives on while somebody holds it.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace dialix::cache {

template <typename T>
class LocalCache {
 public:
  using Ptr = std::shared_ptr<const T>;
  static constexpr std::size_t kShards = 8;
  static constexpr std::size_t kEntryOverhead = 256;  // of an entry's nodes and key, about

  // `most_bytes` over all shards; a value larger than one shard's share is not kept.
  explicit LocalCache(std::size_t most_bytes) : most_bytes_a_shard_(most_bytes / kShards) {}

  // Null where there is none.
  [[nodiscard]] Ptr Find(std::string_view key) {
    Shard& shard = ShardOf(key);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.index.find(key);
    if (found == shard.index.end()) return nullptr;
    shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
    return found->second->value;
  }

  // Puts it in place of what was there. `bytes`: the memory that the value holds.
  void Put(std::string_view key, Ptr value, std::size_t bytes) {
    Shard& shard = ShardOf(key);
    std::list<Entry> dropped;  // freed after the mutex
    const std::size_t whole = bytes + key.size() + kEntryOverhead;
    const std::lock_guard lock(shard.mutex);
    Remove(shard, key, dropped);
    if (whole > most_bytes_a_shard_) return;
    while (shard.bytes + whole > most_bytes_a_shard_) Remove(shard, shard.entries.back().key, dropped);
    shard.entries.push_front({std::string(key), std::move(value), whole});
    shard.index.emplace(shard.entries.front().key, shard.entries.begin());
    shard.bytes += whole;
  }

  void Erase(std::string_view key) {
    Shard& shard = ShardOf(key);
    std::list<Entry> dropped;
    const std::lock_guard lock(shard.mutex);
    Remove(shard, key, dropped);
  }

  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const Shard& shard : shards_) {
      const std::lock_guard lock(shard.mutex);
      sum += shard.bytes;
    }
    return sum;
  }

 private:
  struct Entry {
    std::string key;
    Ptr value;
    std::size_t bytes;
  };
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::list<Entry> entries;                                                         // the last used first
    std::unordered_map<std::string_view, typename std::list<Entry>::iterator> index;  // keys live in entries
    std::size_t bytes = 0;
  };

  Shard& ShardOf(std::string_view key) { return shards_[std::hash<std::string_view>{}(key) % kShards]; }

  static void Remove(Shard& shard, std::string_view key, std::list<Entry>& dropped) {
    const auto found = shard.index.find(key);
    if (found == shard.index.end()) return;
    const auto entry = found->second;
    shard.bytes -= entry->bytes;
    shard.index.erase(found);
    dropped.splice(dropped.begin(), shard.entries, entry);
  }

  const std::size_t most_bytes_a_shard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace dialix::cache
