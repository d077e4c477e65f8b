#include "features/records/record_accept.h"

#include "base/uuid.h"
#include "features/endpoint/audit.h"
#include "features/endpoint/fields.h"
#include "features/records/record_sql.h"
#include "store/sql_error.h"

// What a call of $duration costs: ceil(duration_ms × price_per_minute / 60000).
#define COST(duration) "ceil((" duration ")::numeric * c.price_per_minute_minor / 60000)::bigint"

namespace dialix::features {
namespace {

using store::Statement;

// `pre` reads, `reserve` decides (its WHERE is checked against the newest row, so two uploads can't spend the
// same money), and everything else hangs on the row that `reserve` gives back.
constexpr Statement kAccept{
    "record_accept",
    "WITH pre AS (SELECT c.id AS company_id, c.currency, c.balance_minor - c.reserved_minor AS available, "
    COST("$11::bigint") " AS cost, "
    "(SELECT o.id FROM operator o WHERE o.company_id = c.id AND o.code = $5::text AND o.deleted_at IS NULL) AS operator_id, "
    "(SELECT k.id FROM checklist k WHERE k.company_id = c.id AND k.deleted_at IS NULL AND NOT $9::boolean "
    "AND CASE WHEN $8::uuid IS NULL THEN k.is_active ELSE k.id = $8::uuid END) AS checklist_id, "
    "(SELECT r.id FROM record r WHERE r.company_id = c.id AND r.created_by = $3::uuid AND r.idempotency_key = $16::text) "
    "AS old_id FROM company c WHERE c.id = $2::uuid AND c.deleted_at IS NULL AND c.is_active), "
    "reserve AS (UPDATE company c SET reserved_minor = c.reserved_minor + pre.cost FROM pre WHERE c.id = pre.company_id "
    "AND pre.old_id IS NULL AND NOT ($6::boolean AND pre.operator_id IS NULL) "
    "AND NOT ($8::uuid IS NOT NULL AND NOT $9::boolean AND pre.checklist_id IS NULL) "
    "AND c.balance_minor - c.reserved_minor >= pre.cost RETURNING c.id, pre.cost, pre.operator_id, pre.checklist_id), "
    "rec AS (INSERT INTO record (id, company_id, created_by, title, operator_id, call_type, client_phone_number, "
    "checklist_id, started_at, duration_ms, audio_path, audio_bytes, audio_type, channels, sample_rate, idempotency_key, "
    "cost_minor) SELECT $1::uuid, v.id, $3::uuid, $4::text, v.operator_id, $7::text, $17::text, v.checklist_id, "
    "coalesce($10::timestamptz, now()), $11::bigint, $12::text, $13::bigint, $14::text, $15::smallint, $18::integer, "
    "$16::text, v.cost FROM reserve v RETURNING *), "
    "queued AS (INSERT INTO job (id, company_id, record_id, reserved_minor) SELECT $19::uuid, rec.company_id, rec.id, "
    "rec.cost_minor FROM rec RETURNING id) "
    "SELECT pre.old_id, pre.operator_id IS NULL AND $6::boolean, "
    "$8::uuid IS NOT NULL AND NOT $9::boolean AND pre.checklist_id IS NULL, rec.id, pre.cost, pre.available, pre.currency, "
    "CASE WHEN rec.id IS NOT NULL THEN note_activity($20::jsonb, rec.company_id, 'record.create', 'record', rec.id, NULL, "
    "jsonb_build_object('title', rec.title, 'duration_ms', rec.duration_ms, 'cost_minor', rec.cost_minor)) END "
    "FROM pre LEFT JOIN rec ON true LEFT JOIN queued ON true"};
constexpr Statement kEstimate{
    "record_estimate",
    "SELECT " COST("$2::bigint") ", c.balance_minor, c.balance_minor - c.reserved_minor, c.currency FROM company c "
    "WHERE c.id = $1::uuid AND c.deleted_at IS NULL"};

}  // namespace

Error InsufficientBalance(std::int64_t cost_minor, std::int64_t available_minor,
                          const std::string& currency) {
  Error error = Fail(Error::Code::kPaymentRequired, "This call costs " + std::to_string(cost_minor) +
                                                        " and " + std::to_string(available_minor) +
                                                        " is available (minor units of " + currency + ").");
  error.extensions = {{"cost_minor", std::to_string(cost_minor)},
                      {"available_minor", std::to_string(available_minor)},
                      {"currency", "\"" + currency + "\""}};
  return error;
}

Result<Accepted> AcceptRecord(Call& call, const NewRecord& record) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kAccept, {record.id,
                      call.company_id,
                      call.principal.account_id,
                      record.title,
                      record.operator_code,
                      record.operator_required,
                      record.call_type,
                      record.checklist_id,
                      record.general,
                      record.started_at,
                      record.duration_ms,
                      record.audio_name,
                      record.audio_bytes,
                      record.audio_type,
                      record.channels,
                      record.idempotency_key,
                      record.client_phone_number,
                      record.sample_rate,
                      NewUuid(),
                      AuditContext(call)});
  batch.Add(kReadAcceptedRecord,
            {record.id, call.company_id, call.principal.account_id, record.idempotency_key});
  batch.Add(store::kNotifyAnalyzers);
  auto ran = call.Run(batch);
  if (!ran && store::Violates(ran.error(), "idx_record_idempotency")) {
    return Conflict("idempotency_conflict", "A request with this Idempotency-Key is under way.");
  }
  if (!ran) return std::move(ran).error();
  const store::Rows& decision = (*ran)[0];
  if (decision.empty()) return NotFound("active company");
  const store::Rows& told = (*ran)[1];
  if (!decision.IsNull(0, 0)) {
    if (told.empty()) return Fail(Error::Code::kGone, "The call of this Idempotency-Key was deleted.");
    return Accepted{told.String(0, 0), decision.String(0, 0), true};
  }
  FieldErrors errors;
  if (decision.Bool(0, 1))
    errors.Add("operator_code", "not_found", "is not the code of an operator of this company");
  if (decision.Bool(0, 2)) errors.Add("checklist_id", "not_found", "is not a checklist of this company");
  if (!errors.ok()) return errors.TakeError();
  if (decision.IsNull(0, 3))
    return InsufficientBalance(decision.Int(0, 4), decision.Int(0, 5), decision.String(0, 6));
  return Accepted{told.String(0, 0), record.id, false};
}

Result<Estimate> EstimateCost(Call& call, std::int64_t duration_ms) {
  DIALIX_TRY(const store::Rows rows, call.Query(kEstimate, {call.company_id, duration_ms}));
  if (rows.empty()) return NotFound("company");
  return Estimate{rows.Int(0, 0), rows.Int(0, 1), rows.Int(0, 2), rows.String(0, 3)};
}

}  // namespace dialix::features
