#include "audit/sealer.h"

#include <algorithm>

#include "audit/entries.h"
#include "base/text.h"
#include "store/sql_error.h"

namespace dialix::audit {
namespace {

using store::Batch;
using store::Statement;

// The time is taken before what waits is read.
constexpr Statement kLast{
    "audit_last_seal",
    "SELECT n.now, s.batch, s.last_seq, s.root FROM (SELECT " AUDIT_MICROSECONDS(
        "clock_timestamp()") " AS now) AS n LEFT JOIN LATERAL (SELECT * FROM activity_seal ORDER BY batch DESC "
                             "LIMIT 1) AS s ON true"};
// By id, which is by time for ids of ours, and needs no sort of what waits. OFFSET 0: entry by entry.
constexpr Statement kWaiting{
    "audit_waiting",
    "SELECT e.* FROM activity_unsealed u CROSS JOIN LATERAL (SELECT " AUDIT_ENTRY_COLUMNS
    " FROM activity_log l WHERE l.id = u.log_id OFFSET 0) AS e ORDER BY u.log_id LIMIT $1::integer"};
constexpr Statement kSeal{"audit_seal",
                          "SELECT audit_seal($1::bigint, $2::bigint, $3::bytea, $4::uuid[], $5::bytea[], "
                          "$6::bytea[], " AUDIT_TIME("$7") ", $8::boolean, " AUDIT_TIME(
                              "$9") ", $10::text, $11::bytea, $12::bytea)"};
constexpr Statement kForgetRecent{"activity_recent_forget",
                                  "SELECT forget_recent_activity(interval '1 day')"};

}  // namespace

Result<SealStep> SealNext(store::Database& db, const SealKeys& keys, int limit) {
  Batch read;
  read.Add(kLast).Add(kWaiting, {limit});
  DIALIX_TRY(const auto found, db.Run(store::Scope::Platform(), read));
  const store::Rows& last = found[0];
  const store::Rows& waiting = found[1];
  SealStep step;
  step.entries = waiting.size();
  if (waiting.empty()) return step;

  Seal& seal = step.seal;
  seal.batch = last.Int(0, 1) + 1;
  seal.first_seq = last.Int(0, 2) + 1;
  seal.last_seq = last.Int(0, 2) + waiting.size();
  seal.previous_root = last.IsNull(0, 3) ? FirstRoot() : Bytes(last.Text(0, 3));
  seal.drained = waiting.size() < limit;
  seal.sealed_at = last.Int(0, 0);
  seal.key_id = keys.current_id();
  seal.root = seal.previous_root;
  std::vector<std::string> ids;
  std::vector<std::string> hashes;
  std::vector<std::string> stamps;
  for (int i = 0; i < waiting.size(); ++i) {
    ids.push_back(waiting.String(i, 0));
    hashes.push_back(EntryHash(ReadEntry(waiting, i, 0)));
    stamps.push_back(StampOf(keys.current(), seal.first_seq + i, ids.back(), hashes.back()));
    seal.root = NextRoot(seal.root, stamps.back());
    seal.newest_at = std::max(seal.newest_at, waiting.Int(i, kEntryTime));
  }

  Batch write(Batch::Mode::kReadWrite);
  write.Add(kSeal, {seal.batch, seal.first_seq, store::Bytea(seal.previous_root), ids, ByteaArray(hashes),
                    ByteaArray(stamps), seal.newest_at, seal.drained, seal.sealed_at, seal.key_id,
                    store::Bytea(seal.root), store::Bytea(SignSeal(keys.current(), seal))});
  const auto written = db.Run(store::Scope::Platform(), write);
  if (!written && store::Violates(written.error(), "activity_seal_pkey")) {  // another was faster
    step.entries = 0;
    step.more = true;
    return step;
  }
  if (!written) return written.error();
  step.more = !seal.drained;
  return step;
}

std::string AnchorOf(const Seal& seal) { return std::to_string(seal.last_seq) + ":" + ToHex(seal.root); }

std::function<Result<bool>()> SealTask(store::Database& db, const SealKeys& keys,
                                       const monitoring::StructuredLogger& logger) {
  return [&db, &keys, &logger]() -> Result<bool> {
    DIALIX_TRY(const SealStep step, SealNext(db, keys));
    if (step.entries > 0) {
      logger.Info("audit_sealed", {{"batch", step.seal.batch},
                                   {"entries", step.entries},
                                   {"key", step.seal.key_id},
                                   {"anchor", AnchorOf(step.seal)}});
    }
    if (!step.more) {
      DIALIX_TRY(const auto forgotten,
                 db.Query(store::Scope::None(), kForgetRecent, {}, nullptr, Batch::Mode::kReadWrite));
      (void)forgotten;
    }
    return step.more;
  };
}

}  // namespace dialix::audit
