// The arithmetic of the sealed activity log, and nothing else: pure functions over bytes.
//
//   hash(n)   SHA-256 over all columns of the entry, each with its length before it: no two entries look
//   alike stamp(n)  HMAC-SHA256(key, n ‖ id ‖ hash(n)) root(n)   SHA-256(root(n-1) ‖ stamp(n)), kept at the
//   end of each batch seal      HMAC-SHA256(key, everything the seal says, both roots among it)
//
// Roots make it a chain: nothing can be taken out, put in or exchanged. Stamps make each entry told by
// itself: who has no key makes none, and one that is wrong does not spoil those behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialix::audit {

inline constexpr std::size_t kHashBytes = 32;

// The root before the first entry.
[[nodiscard]] std::string FirstRoot();

// The columns of one entry as PostgreSQL writes them as text, in the order of kEntryColumns (entries.h).
using Columns = std::vector<std::optional<std::string_view>>;
[[nodiscard]] std::string EntryHash(const Columns& columns);

[[nodiscard]] std::string StampOf(std::string_view key, std::int64_t seq, std::string_view log_id,
                                  std::string_view entry_hash);
[[nodiscard]] std::string NextRoot(std::string_view root, std::string_view stamp);

// Times in microseconds since 1970.
struct Seal {
  std::int64_t batch = 0;
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
  std::string previous_root;
  std::string root;
  std::int64_t newest_at = 0;
  bool drained = false;
  std::int64_t sealed_at = 0;
  std::string key_id;
};
[[nodiscard]] std::string SignSeal(std::string_view key, const Seal& seal);

// Says that the batch of that seal was removed, and when.
[[nodiscard]] std::string SignRemoval(std::string_view key, std::string_view seal_signature,
                                      std::int64_t batch, std::int64_t removed_at, std::string_view key_id);

// Says that a single entry was removed, and when.
struct EntryRemoval {
  std::int64_t seq = 0;
  std::string stamp;
  std::int64_t created_at = 0;  // the entry
  std::int64_t removed_at = 0;
  std::string key_id;
};
[[nodiscard]] std::string SignEntryRemoval(std::string_view key, const EntryRemoval& removal);

}  // namespace dialix::audit
