// Finds whatever was done to the activity log behind the programs' back, with the database's own rights or a
// superuser's: entries edited, removed, exchanged, inserted, stamps and seals edited or removed, removals
// that are not by rule. Reads the log once, in pieces, so its memory does not grow with the log. It trusts
// nothing that the database says but through the keys.
//
// What it can't know by itself: that the end of the chain was cut off, with all its entries, stamps and seals
// (compare with an anchor that was kept elsewhere), and what became of an entry before it was sealed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "audit/chain.h"
#include "audit/seal_keys.h"
#include "base/result.h"
#include "store/database.h"

namespace dialix::audit {

struct VerifyOptions {
  std::optional<std::string> company_id;  // tells only of this company's entries, and of what has lost its
                                          // company: the chain itself and entries that are gone
  std::optional<std::string> from;        // days, UTC: only batches with entries since, and until
  std::optional<std::string> to;
  std::map<std::int64_t, std::string> anchors;  // sequence number → root in hex
};

struct Problem {
  const char* kind = "";   // "edited", "removed", "inserted", "moved", "seal", "removal", "anchor"
  std::int64_t batch = 0;  // 0: none
  std::int64_t seq = 0;    // 0: none
  std::string log_id;      // empty: not known
  std::string text;        // for people
};

struct VerifyReport {
  std::int64_t batches = 0;
  std::int64_t entries = 0;
  std::int64_t removed_batches = 0;           // by retention
  std::int64_t waiting = 0;                   // not sealed yet
  std::optional<std::int64_t> waiting_for_s;  // how long the oldest waits
  std::int64_t problems = 0;
  std::string anchor;  // of the last seal
};

// Errors: what PostgreSQL gives. `tell` hears each problem as it is found.
Result<VerifyReport> Verify(store::Database& db, const SealKeys& keys, const VerifyOptions& options,
                            const std::function<void(const Problem&)>& tell);

}  // namespace dialix::audit
