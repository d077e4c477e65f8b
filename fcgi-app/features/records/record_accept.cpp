#include "features/records/record_accept.h"

#include "base/uuid.h"
#include "features/endpoint/audit.h"
#include "features/endpoint/fields.h"
#include "features/records/record_sql.h"
#include "security/sealed_text.h"
#include "store/sql_error.h"

// What a call of $duration costs: ceil(duration_ms × price_per_minute / 60000).
#define COST(duration) "ceil((" duration ")::numeric * c.price_per_minute_minor / 60000)::bigint"

namespace dialix::features {
namespace {

using store::Statement;

// `pre` reads, billing_reserve (migration 0014) decides: it locks who pays and whose limits hold, so two
// uploads can't spend the same money or take the same last place. Everything else hangs on the row that it
// gives back. $21: the operator whose calls alone the caller may have, who is then the call's operator.
constexpr Statement kAccept{
    "record_accept",
    "WITH pre AS (SELECT c.id AS company_id, c.currency, "
    COST("$11::bigint") " AS cost, "
    "(SELECT o.id FROM operator o WHERE o.company_id = c.id AND o.deleted_at IS NULL "
    "AND o.code = coalesce($5::text, CASE WHEN o.id = $21::uuid THEN o.code END) "
    "AND ($21::uuid IS NULL OR o.id = $21)) AS operator_id, "
    "(SELECT k.id FROM checklist k WHERE k.company_id = c.id AND k.deleted_at IS NULL AND NOT $9::boolean "
    "AND CASE WHEN $8::uuid IS NULL THEN k.is_active ELSE k.id = $8::uuid END) AS checklist_id, "
    "(SELECT r.id FROM record r WHERE r.company_id = c.id AND r.created_by = $3::uuid AND r.idempotency_key = $16::text) "
    "AS old_id FROM company c WHERE c.id = $2::uuid AND c.deleted_at IS NULL AND c.is_open), "
    "reserve AS (SELECT v.*, pre.company_id, pre.cost, pre.operator_id, pre.checklist_id FROM pre "
    "CROSS JOIN LATERAL billing_reserve(pre.old_id IS NULL AND NOT ($6::boolean AND pre.operator_id IS NULL) "
    "AND NOT ($8::uuid IS NOT NULL AND NOT $9::boolean AND pre.checklist_id IS NULL), pre.company_id, pre.cost, $11::bigint) v), "
    "rec AS (INSERT INTO record (id, company_id, created_by, title, operator_id, call_type, client_phone_number, "
    "checklist_id, started_at, duration_ms, audio_path, audio_bytes, audio_type, channels, sample_rate, idempotency_key, "
    "cost_minor) SELECT $1::uuid, v.company_id, $3::uuid, $4::text, v.operator_id, $7::text, $17::text, v.checklist_id, "
    "coalesce($10::timestamptz, now()), $11::bigint, $12::text, $13::bigint, $14::text, $15::smallint, $18::integer, "
    "$16::text, v.cost FROM reserve v WHERE v.refused IS NULL RETURNING *), "
    "queued AS (INSERT INTO job (id, company_id, record_id, reserved_minor, payer_id, counted_ms, counted_month) "
    "SELECT $19::uuid, rec.company_id, rec.id, rec.cost_minor, nullif(v.payer_id, rec.company_id), $11::bigint, "
    "v.counted_month FROM rec CROSS JOIN reserve v RETURNING id) "
    "SELECT pre.old_id, pre.operator_id IS NULL AND $6::boolean, "
    "$8::uuid IS NOT NULL AND NOT $9::boolean AND pre.checklist_id IS NULL, rec.id, pre.cost, v.available_minor, pre.currency, v.refused, v.most, "
    "CASE WHEN rec.id IS NOT NULL THEN note_activity($20::jsonb, rec.company_id, 'record.create', 'record', rec.id, NULL, "
    "jsonb_build_object('title', rec.title, 'duration_ms', rec.duration_ms, 'cost_minor', rec.cost_minor)) END "
    "FROM pre LEFT JOIN reserve v ON true LEFT JOIN rec ON true LEFT JOIN queued ON true"};
constexpr Statement kEstimate{
    "record_estimate",
    "SELECT " COST("$2::bigint") ", b.balance_minor, b.balance_minor - b.reserved_minor, b.currency FROM company c "
    "CROSS JOIN LATERAL billing_balance(c.id) b WHERE c.id = $1::uuid AND c.deleted_at IS NULL"};

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

Error Refused(std::string_view why, std::int64_t cost_minor, std::optional<std::int64_t> available_minor,
              const std::string& currency, std::optional<std::int64_t> limit) {
  if (why == "balance") return InsufficientBalance(cost_minor, available_minor.value_or(0), currency);
  return LimitReached(why, limit.value_or(0));
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
                      AuditContext(call),
                      call.principal.OnlyOperator()});
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
    DIALIX_TRY(std::string body, OpenSealed(call.services.encryption, told.String(0, 0)));
    return Accepted{std::move(body), decision.String(0, 0), true};
  }
  FieldErrors errors;
  if (decision.Bool(0, 1))
    errors.Add("operator_code", "not_found", "is not the code of an operator of this company");
  if (decision.Bool(0, 2)) errors.Add("checklist_id", "not_found", "is not a checklist of this company");
  if (!errors.ok()) return errors.TakeError();
  if (decision.IsNull(0, 3))
    return Refused(decision.Text(0, 7), decision.Int(0, 4), decision.OptInt(0, 5), decision.String(0, 6),
                   decision.OptInt(0, 8));
  return Accepted{told.String(0, 0), record.id, false};
}

Result<Estimate> EstimateCost(Call& call, std::int64_t duration_ms) {
  DIALIX_TRY(const store::Rows rows, call.Query(kEstimate, {call.company_id, duration_ms}));
  if (rows.empty()) return NotFound("company");
  return Estimate{rows.Int(0, 0), rows.Int(0, 1), rows.Int(0, 2), rows.String(0, 3)};
}

}  // namespace dialix::features
