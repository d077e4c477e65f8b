#include "audit/verify.h"

#include <deque>

#include "audit/entries.h"
#include "audit/sealer.h"
#include "audit/verify_batch.h"

namespace dialix::audit {
namespace {

using store::Statement;

constexpr int kSealsAtOnce = 500;
constexpr int kToldAtMost = 100'000;  // of one kind, by one statement

// $1: after this batch, $2 and $3: days or null.
constexpr Statement kSeals{
    "audit_verify_seals",
    "SELECT " AUDIT_SEAL_COLUMNS
    " FROM activity_seal s WHERE s.batch > $1::bigint AND ($2::date IS NULL OR s.newest_at >= $2::date) "
    "AND ($3::date IS NULL OR s.batch <= coalesce((SELECT min(t.batch) FROM activity_seal t "
    "WHERE t.newest_at >= $3::date + 1), 9223372036854775807)) ORDER BY s.batch LIMIT $4::integer"};
// Entries that nobody has numbered and that do not wait for it.
constexpr Statement kUnknown{
    "audit_verify_unknown",
    "SELECT l.id, l.action FROM activity_log l WHERE NOT EXISTS (SELECT FROM activity_chain c WHERE c.log_id "
    "= l.id) AND NOT EXISTS (SELECT FROM activity_unsealed u WHERE u.log_id = l.id) "
    "AND ($1::uuid IS NULL OR l.company_id = $1::uuid) "
    "AND ($2::date IS NULL OR l.created_at >= $2::date) AND ($3::date IS NULL OR l.created_at < $3::date + "
    "1) "
    "ORDER BY l.id LIMIT $4::integer"};
constexpr Statement kUnderNoSeal{
    "audit_verify_under_no_seal",
    "SELECT c.seq, c.log_id FROM activity_chain c WHERE NOT EXISTS (SELECT FROM activity_seal s WHERE c.seq "
    "BETWEEN s.first_seq AND s.last_seq AND s.first_seq = (SELECT max(t.first_seq) FROM activity_seal t "
    "WHERE t.first_seq <= c.seq)) ORDER BY c.seq LIMIT $1::integer"};
constexpr Statement kGoneBefore{
    "audit_verify_gone_before",
    "SELECT u.log_id FROM activity_unsealed u WHERE NOT EXISTS (SELECT FROM activity_log l WHERE l.id = "
    "u.log_id) ORDER BY u.log_id LIMIT $1::integer"};
constexpr Statement kWaiting{
    "audit_verify_waiting",
    "SELECT count(*), extract(epoch FROM clock_timestamp() - min(l.created_at))::bigint FROM "
    "activity_unsealed u "
    "CROSS JOIN LATERAL (SELECT e.created_at FROM activity_log e WHERE e.id = u.log_id OFFSET 0) AS l"};
constexpr Statement kEnd{"audit_verify_end",
                         "SELECT " AUDIT_SEAL_COLUMNS " FROM activity_seal s ORDER BY s.batch DESC LIMIT 1"};

class Verifier {
 public:
  Verifier(store::Database& db, const SealKeys& keys, const VerifyOptions& options,
           const std::function<void(const Problem&)>& tell)
      : db_(db), keys_(keys), options_(options), tell_([this, &tell](const Problem& problem) {
          ++report_.problems;
          tell(problem);
        }) {}

  Result<VerifyReport> Run() {
    DIALIX_CHECK(WalkSeals());
    DIALIX_CHECK(LookBesideTheChain());
    DIALIX_CHECK(LookAtTheEnd());
    return report_;
  }

 private:
  Status WalkSeals() {
    std::optional<StoredSeal> before;
    const bool whole = !options_.from;
    for (std::int64_t after = 0;;) {
      DIALIX_TRY(const store::Rows rows, Query(kSeals, {after, options_.from, options_.to, kSealsAtOnce}));
      for (int row = 0; row < rows.size(); ++row) {
        StoredSeal stored = ReadSeal(rows, row);
        after = stored.seal.batch;
        if (!before && whole) CheckFirst(stored.seal);
        ++report_.batches;
        if (stored.removed_at) ++report_.removed_batches;
        BatchVerifier verifier(db_, keys_, options_, stored, before ? &*before : nullptr, tell_);
        DIALIX_TRY(const std::int64_t read, verifier.Run());
        report_.entries += read;
        before = std::move(stored);
      }
      if (rows.size() < kSealsAtOnce) return Ok();
    }
  }

  void CheckFirst(const Seal& first) {
    if (first.batch != 1 || first.first_seq != 1 || first.previous_root != FirstRoot()) {
      tell_({"seal", first.batch, 0, "",
             "the chain does not begin here: seals of entries 1 to " + std::to_string(first.first_seq - 1) +
                 " are missing"});
    }
  }

  Status LookBesideTheChain() {
    DIALIX_TRY(const store::Rows unknown,
               Query(kUnknown, {options_.company_id, options_.from, options_.to, kToldAtMost}));
    for (int row = 0; row < unknown.size(); ++row) {
      tell_({"inserted", 0, 0, unknown.String(row, 0),
             "the entry was never sealed and does not wait for it: " + unknown.String(row, 1)});
    }
    DIALIX_TRY(const store::Rows loose, Query(kUnderNoSeal, {kToldAtMost}));
    for (int row = 0; row < loose.size(); ++row)
      tell_({"seal", 0, loose.Int(row, 0), loose.String(row, 1),
             "the stamp is under no seal: its seal is gone"});
    DIALIX_TRY(const store::Rows gone, Query(kGoneBefore, {kToldAtMost}));
    for (int row = 0; row < gone.size(); ++row)
      tell_({"removed", 0, 0, gone.String(row, 0), "the entry is gone, and was not sealed yet"});
    return Ok();
  }

  Status LookAtTheEnd() {
    DIALIX_TRY(const store::Rows waiting, Query(kWaiting, {}));
    report_.waiting = waiting.Int(0, 0);
    report_.waiting_for_s = waiting.OptInt(0, 1);
    DIALIX_TRY(const store::Rows end, Query(kEnd, {}));
    Seal last;
    if (!end.empty()) {
      last = ReadSeal(end, 0).seal;
      report_.anchor = AnchorOf(last);
    }
    for (const auto& [seq, root] : options_.anchors) {
      (void)root;
      if (seq > last.last_seq) {
        tell_({"anchor", 0, seq, "",
               "the chain ends at " + std::to_string(last.last_seq) +
                   ", before the anchor: its end was cut off"});
      }
    }
    return Ok();
  }

  Result<store::Rows> Query(const Statement& statement, std::vector<store::Param> params) {
    return db_.Query(store::Scope::Platform(), statement, std::move(params));
  }

  store::Database& db_;
  const SealKeys& keys_;
  const VerifyOptions& options_;
  VerifyReport report_;
  const std::function<void(const Problem&)> tell_;
};

}  // namespace

Result<VerifyReport> Verify(store::Database& db, const SealKeys& keys, const VerifyOptions& options,
                            const std::function<void(const Problem&)>& tell) {
  return Verifier(db, keys, options, tell).Run();
}

}  // namespace dialix::audit
