#include "audit/retention.h"

#include "audit/entries.h"
#include "base/json.h"
#include "base/uuid.h"

namespace dialix::audit {
namespace {

using store::Batch;
using store::Statement;

constexpr int kBatchesAtOnce = 50;
constexpr int kEntriesAtOnce = 500;

// The oldest that are kept, up to the first that is not old enough.
constexpr Statement kOld{
    "audit_old_batches",
    "SELECT batch, signature, now, last_seq - first_seq + 1 FROM (SELECT s.batch, s.signature, s.first_seq, "
    "s.last_seq, " AUDIT_MICROSECONDS(
        "now()") " AS now, bool_and(s.newest_at < now() - make_interval(days => $1::integer)) OVER (ORDER BY "
                 "s.batch) AS old FROM (SELECT * FROM activity_seal WHERE removed_at IS NULL ORDER BY batch "
                 "LIMIT $2::integer) AS s) AS s WHERE old ORDER BY batch"};
constexpr Statement kRemove{"audit_remove", "SELECT audit_remove($1::bigint, $2::integer, " AUDIT_TIME(
                                                "$3") ", $4::text, $5::bytea)"};
constexpr Statement kNote{
    "audit_note_removal",
    "SELECT note_activity($1::jsonb, NULL, 'audit.remove_old', 'activity_log', NULL, NULL, $2::jsonb)"};

// Sealed entries of the first company that has any that are too old for it. $1: the installation's days.
constexpr Statement kOldOfACompany{
    "audit_old_entries",
    "SELECT c.seq, c.stamp, " AUDIT_MICROSECONDS("e.created_at") ", " AUDIT_MICROSECONDS(
        "now()") ", s.company_id, s.audit_retention_days FROM (SELECT w.company_id, w.audit_retention_days FROM "
                 "company_settings w WHERE w.audit_retention_days < $1::integer AND EXISTS (SELECT FROM activity_log l JOIN "
                 "activity_chain k ON k.log_id = l.id WHERE l.company_id = w.company_id AND l.created_at < now() - "
                 "make_interval(days => w.audit_retention_days)) ORDER BY w.company_id LIMIT 1) AS s "
                 "CROSS JOIN LATERAL (SELECT l.id, l.created_at FROM activity_log l WHERE l.company_id = s.company_id "
                 "AND l.created_at < now() - make_interval(days => s.audit_retention_days) ORDER BY l.created_at, l.id "
                 "LIMIT $2::integer) AS e JOIN activity_chain c ON c.log_id = e.id ORDER BY c.seq"};
constexpr Statement kRemoveEntries{
    "audit_remove_entries",
    "SELECT audit_remove_entries($1::bigint[], " AUDIT_TIME("$2") ", $3::text, $4::bytea[])"};
constexpr Statement kNoteEntries{
    "audit_note_entries",
    "SELECT note_activity($1::jsonb, $2::uuid, 'audit.remove_old', 'activity_log', NULL, NULL, $3::jsonb)"};

std::string Context() {
  JsonWriter writer;
  writer.BeginObject().Field("id", NewUuid()).Field("user_agent", "dialix-analyzer");
  return writer.EndObject().Take();
}

}  // namespace

Result<RemovalStep> RemoveOldest(store::Database& db, const SealKeys& keys, int keep_days) {
  DIALIX_TRY(const store::Rows old, db.Query(store::Scope::Platform(), kOld, {keep_days, kBatchesAtOnce}));
  RemovalStep step{old.size(), old.size() == kBatchesAtOnce};
  if (old.empty()) return step;
  Batch batch(Batch::Mode::kReadWrite);
  std::int64_t entries = 0;
  for (int i = 0; i < old.size(); ++i) {
    const std::string signature =
        SignRemoval(keys.current(), Bytes(old.Text(i, 1)), old.Int(i, 0), old.Int(i, 2), keys.current_id());
    batch.Add(kRemove, {old.Int(i, 0), keep_days, old.Int(i, 2), keys.current_id(), store::Bytea(signature)});
    entries += old.Int(i, 3);
  }
  JsonWriter what;
  what.BeginObject()
      .Field("first_batch", old.Int(0, 0))
      .Field("last_batch", old.Int(old.size() - 1, 0))
      .Field("entries", entries)
      .Field("older_than_days", keep_days)
      .EndObject();
  batch.Add(kNote, {Context(), what.Take()});
  DIALIX_TRY(const auto done, db.Run(store::Scope::Platform(), batch));
  (void)done;
  return step;
}

Result<EntriesStep> RemoveForCompanies(store::Database& db, const SealKeys& keys, int keep_days) {
  DIALIX_TRY(const store::Rows old,
             db.Query(store::Scope::Platform(), kOldOfACompany, {keep_days, kEntriesAtOnce}));
  EntriesStep step{old.size(), !old.empty()};
  if (old.empty()) return step;
  std::vector<std::string> seqs;
  std::vector<std::string> signatures;
  for (int i = 0; i < old.size(); ++i) {
    seqs.push_back(old.String(i, 0));
    signatures.push_back(SignEntryRemoval(keys.current(), {old.Int(i, 0), Bytes(old.Text(i, 1)),
                                                           old.Int(i, 2), old.Int(i, 3), keys.current_id()}));
  }
  JsonWriter what;
  what.BeginObject().Field("entries", step.entries).Field("older_than_days", old.Int(0, 5)).EndObject();
  Batch batch(Batch::Mode::kReadWrite);
  batch.Add(kRemoveEntries, {seqs, old.Int(0, 3), keys.current_id(), ByteaArray(signatures)});
  batch.Add(kNoteEntries, {Context(), old.String(0, 4), what.Take()});
  DIALIX_TRY(const auto done, db.Run(store::Scope::Platform(), batch));
  (void)done;
  return step;
}

std::function<Result<bool>()> RetentionTask(store::Database& db, const SealKeys& keys, int keep_days,
                                            const monitoring::StructuredLogger& logger) {
  return [&db, &keys, keep_days, &logger]() -> Result<bool> {
    DIALIX_TRY(const RemovalStep step, RemoveOldest(db, keys, keep_days));
    if (step.batches > 0) logger.Info("audit_removed_old", {{"batches", step.batches}, {"days", keep_days}});
    DIALIX_TRY(const EntriesStep entries, RemoveForCompanies(db, keys, keep_days));
    if (entries.entries > 0) logger.Info("audit_removed_entries", {{"entries", entries.entries}});
    return step.more || entries.more;
  };
}

}  // namespace dialix::audit
