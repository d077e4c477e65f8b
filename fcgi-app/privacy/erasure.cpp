#include "privacy/erasure.h"

#include "base/clock.h"
#include "privacy/file_removal.h"
#include "privacy/phone.h"
#include "privacy/receipt.h"
#include "privacy/spoken_number.h"
#include "privacy/system_context.h"

namespace dialix::privacy {
namespace {

using store::Batch;
using store::Scope;
using store::Statement;

constexpr int kCallsAtOnce = 50;
constexpr const char* kLastUuid = "ffffffff-ffff-ffff-ffff-ffffffffffff";

constexpr Statement kNext{"erasure_next",
                          "SELECT id, company_id, phone, redact_spoken, looked_through FROM erasure_next()"};
constexpr Statement kStep{"erasure_step", "SELECT erasure_step($1::uuid, $2::integer)"};
constexpr Statement kLooked{
    "erasure_looked",
    "UPDATE erasure SET looked_through = $2::uuid, counts = add_counts(counts, "
    "jsonb_build_object('spoken_in_calls', "
    "$3::integer)) WHERE id = $1::uuid AND state <> 'done' AND looked_through IS NOT DISTINCT FROM $4::uuid"};
constexpr Statement kElsewhere{"erasure_elsewhere", "SELECT erasure_elsewhere($1::uuid, $2::text)"};
// Copies of the company's data that were made for it, or are being made, may hold what was erased.
constexpr Statement kExports{
    "erasure_exports",
    "WITH stale AS (UPDATE company_export e SET state = 'expired', file = NULL FROM company_export old WHERE "
    "old.id = "
    "e.id "
    "AND e.company_id = $1::uuid AND e.state = 'done' RETURNING e.company_id, old.file), "
    "again AS (UPDATE company_export e SET state = 'queued', lease_token = NULL, lease_until = NULL, file = "
    "NULL, "
    "progress = 0 FROM company_export old WHERE old.id = e.id AND e.company_id = $1::uuid AND e.state = "
    "'running' "
    "RETURNING e.company_id, old.file) "
    "INSERT INTO file_removal (company_id, path) SELECT company_id, file FROM stale WHERE file IS NOT NULL "
    "UNION ALL SELECT company_id, file || ending FROM again CROSS JOIN (VALUES (''), ('.part')) AS f "
    "(ending) "
    "WHERE file IS NOT NULL"};
constexpr Statement kFilesLeft{"erasure_files_left",
                               "SELECT EXISTS (SELECT FROM file_removal WHERE company_id = $1::uuid)"};
constexpr Statement kRead{
    "erasure_read_claims",
    "SELECT e.counts::text, json_build_object('erasure_id', e.id, 'company', json_build_object('id', c.id, "
    "'name', c.name), "
    "'record_id', e.record_id, 'phone_hmac', e.phone_hash, 'also_spoken', e.redact_spoken, 'reason', "
    "e.reason, "
    "'requested_by', json_build_object('id', a.id, 'email', a.email), 'requested_at', iso(e.created_at), "
    "'record_ids', to_json(e.record_ids), 'erased', e.counts)::text "
    "FROM erasure e JOIN company c ON c.id = e.company_id JOIN account a ON a.id = e.requested_by "
    "WHERE e.id = $1::uuid AND e.state <> 'done'"};
constexpr Statement kDone{
    "erasure_done",
    "WITH done AS (UPDATE erasure SET state = 'done', phone = NULL, looked_through = NULL, finished_at = "
    "$4::timestamptz, "
    "receipt = $3::text WHERE id = $1::uuid AND state <> 'done' AND counts = $2::jsonb RETURNING *) "
    "SELECT note_activity($5::jsonb, company_id, 'erasure.finish', 'erasure', id, NULL, counts) FROM done"};

}  // namespace

struct Erasures::Asked {
  std::string id;
  std::string company_id;
  std::string phone;  // digits; empty: it is about one call
  bool also_spoken = false;
  std::string looked_through;
};

Result<bool> Erasures::Step() {
  DIALIX_TRY(const auto next, db_.Query(Scope::None(), kNext, {}));
  if (next.empty()) return false;
  const Asked asked{next.String(0, 0), next.String(0, 1), next.String(0, 2), next.Bool(0, 3),
                    next.String(0, 4)};
  DIALIX_TRY(const auto step, db_.Query(Scope::Company(asked.company_id), kStep, {asked.id, kCallsAtOnce},
                                        nullptr, Batch::Mode::kReadWrite));
  if (step.Int(0, 0) > 0) return true;
  if (!asked.phone.empty()) {
    DIALIX_TRY(const bool more, EraseElsewhere(asked));
    if (more) return true;
  }
  return Finish(asked);
}

Result<bool> Erasures::EraseElsewhere(const Asked& asked) {
  const Scope scope = Scope::Company(asked.company_id);
  if (asked.also_spoken && asked.looked_through != kLastUuid) {
    DIALIX_TRY(const LookedThrough looked,
               TakeOutNumber(db_, encryption_, asked.company_id, asked.phone, asked.looked_through));
    DIALIX_TRY(const auto noted,
               db_.Query(scope, kLooked,
                         {asked.id, looked.last_record.empty() ? kLastUuid : looked.last_record, looked.calls,
                          store::NullIfEmpty(asked.looked_through)},
                         nullptr, Batch::Mode::kReadWrite));
    (void)noted;
    return true;
  }
  DIALIX_TRY(const auto done, db_.Query(scope, kElsewhere, {asked.id, PhonePattern(asked.phone)}, nullptr,
                                        Batch::Mode::kReadWrite));
  (void)done;
  return false;
}

// The receipt says that the files are gone as well: it waits for that.
Result<bool> Erasures::Finish(const Asked& asked) {
  const Scope scope = Scope::Company(asked.company_id);
  DIALIX_TRY(const auto stale,
             db_.Query(scope, kExports, {asked.company_id}, nullptr, Batch::Mode::kReadWrite));
  (void)stale;
  const auto removed = RemoveFiles(db_, audio_);
  if (!removed) logger_.Warn("file_removal_failed", {{"detail", removed.error().internal_detail}});
  DIALIX_TRY(const auto left, db_.Query(scope, kFilesLeft, {asked.company_id}));
  if (left.Bool(0, 0)) return removed.ok() && *removed;
  DIALIX_TRY(const auto row, db_.Query(scope, kRead, {asked.id}));
  if (row.empty()) return true;
  const TimePoint now = Now();
  std::string claims = row.String(0, 1);
  claims.pop_back();  // the object's brace: its last members follow
  claims += ",\"finished_at\":\"" + FormatUtc(now) + "\",\"issuer\":\"dialix\"}";
  DIALIX_TRY(
      const auto done,
      db_.Query(scope, kDone, {asked.id, row.Text(0, 0), SignReceipt(keys_, claims), now, SystemContext()},
                nullptr, Batch::Mode::kReadWrite));
  if (!done.empty()) {
    logger_.Info("erasure_finished",
                 {{"erasure_id", asked.id}, {"company_id", asked.company_id}, {"erased", row.String(0, 0)}});
  }
  return true;
}

}  // namespace dialix::privacy
