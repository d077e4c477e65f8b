#include "audit/retention.h"

#include "audit/entries.h"
#include "base/json.h"
#include "base/uuid.h"

namespace dialix::audit {
namespace {

using store::Batch;
using store::Statement;

constexpr int kBatchesAtOnce = 50;

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

std::function<Result<bool>()> RetentionTask(store::Database& db, const SealKeys& keys, int keep_days,
                                            const monitoring::StructuredLogger& logger) {
  return [&db, &keys, keep_days, &logger]() -> Result<bool> {
    DIALIX_TRY(const RemovalStep step, RemoveOldest(db, keys, keep_days));
    if (step.batches > 0) logger.Info("audit_removed_old", {{"batches", step.batches}, {"days", keep_days}});
    return step.more;
  };
}

}  // namespace dialix::audit
