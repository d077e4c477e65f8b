#include "features/billing/billing_store.h"

#include "base/uuid.h"
#include "features/endpoint/audit.h"

// `company`: whose price it is; `payer`: whose money, a row of billing_balance() or the company itself.
#define BALANCE_JSON(company, payer, payer_id)                                                          \
  "json_build_object('balance_minor', " #payer ".balance_minor, 'reserved_minor', " #payer              \
  ".reserved_minor, 'available_minor', " #payer ".balance_minor - " #payer                              \
  ".reserved_minor, 'currency', " #company ".currency, 'price_per_minute_minor', " #company             \
  ".price_per_minute_minor, 'shared', " #payer "." #payer_id " <> " #company ".id, 'payer_id', " #payer \
  "." #payer_id ")"

#define TRANSACTION_JSON(row)                                                                     \
  "json_build_object('id', " #row ".id, 'type', " #row ".type, 'amount_minor', " #row             \
  ".amount_minor, 'balance_after_minor', " #row ".balance_after_minor, 'record_id', " #row        \
  ".record_id, 'branch_id', " #row ".branch_id, 'comment', " #row ".comment, 'account_id', " #row \
  ".account_id, 'created_at', iso(" #row ".created_at))"

// The start of a day of the company's calendar ($1), as an instant.
#define DAY_START(day) \
  "(SELECT (" day      \
  ")::timestamp AT TIME ZONE z.timezone FROM company_settings z WHERE z.company_id = $1::uuid)"

namespace dialix::features::billing {
namespace {

using store::Statement;

constexpr Statement kBalance{"balance_read",
                             "SELECT " BALANCE_JSON(c, b, payer_id) "::text, b.payer_id <> c.id FROM company c "
                             "CROSS JOIN LATERAL billing_balance(c.id) b "
                             "WHERE c.id = $1::uuid AND c.deleted_at IS NULL"};

constexpr Statement kList{
    "transaction_list",
    "SELECT " TRANSACTION_JSON(t) "::text, "
    "to_char(t.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), t.id FROM transaction t "
    "WHERE t.company_id = $1::uuid AND ($2::text IS NULL OR t.type = $2) "
    "AND t.created_at >= coalesce(" DAY_START("$3::date") ", '-infinity') "
    "AND t.created_at < coalesce(" DAY_START("$4::date + 1") ", 'infinity') "
    "AND (t.created_at, t.id) < (coalesce($5::timestamptz, 'infinity'), "
    "coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) "
    "AND ($8::uuid IS NULL OR EXISTS (SELECT FROM record r WHERE r.id = t.record_id AND r.operator_id = $8)) "
    "ORDER BY t.created_at DESC, t.id DESC LIMIT $7::integer"};

// Before kBook, in a statement of its own: what kBook reads is then as whoever held the row left it.
constexpr Statement kLock{
    "company_lock",
    "SELECT shares_parent_balance FROM company WHERE id = $1::uuid AND deleted_at IS NULL FOR NO KEY UPDATE"};

constexpr Statement kBook{
    "transaction_top_up",
    "WITH earlier AS (SELECT * FROM transaction WHERE company_id = $2::uuid AND account_id = $4::uuid "
    "AND idempotency_key = $7::text), "
    "c AS (UPDATE company c SET balance_minor = c.balance_minor + $5::bigint "
    "WHERE c.id = $2::uuid AND c.deleted_at IS NULL AND NOT c.shares_parent_balance AND NOT EXISTS (SELECT FROM earlier) RETURNING c.*), "
    "booked AS (INSERT INTO transaction (id, company_id, type, amount_minor, balance_after_minor, account_id, comment, "
    "idempotency_key) SELECT $3::uuid, c.id, 'topup', $5::bigint, c.balance_minor, $4::uuid, $6::text, $7::text FROM c "
    "RETURNING *), "
    "t AS (SELECT true AS fresh, * FROM booked UNION ALL SELECT false, * FROM earlier), "
    "b AS (SELECT * FROM c UNION ALL SELECT k.* FROM company k JOIN earlier e ON e.company_id = k.id) "
    "SELECT t.type = 'topup' AND t.amount_minor = $5::bigint AND t.comment = $6::text, "
    "json_build_object('transaction', " TRANSACTION_JSON(t) ", 'balance', " BALANCE_JSON(b, b, id) ")::text, "
    "CASE WHEN t.fresh THEN note_activity($1::jsonb, t.company_id, 'company.topup', 'transaction', t.id, NULL, "
    TRANSACTION_JSON(t) "::jsonb) END FROM t CROSS JOIN b"};

}  // namespace

Result<Balance> ReadBalance(Call& call) {
  DIALIX_TRY(const store::Rows rows, call.Query(kBalance, {call.company_id}));
  if (rows.empty()) return Invalid({{"company_id", "not_found", "there is no such company"}});
  return Balance{rows.String(0, 0), rows.Bool(0, 1)};
}

Result<store::Rows> List(Call& call, const Filter& filter) {
  call.may_lag = true;
  return call.Query(kList,
                    {call.company_id, filter.type, filter.days.start, filter.days.end, filter.before_time,
                     filter.before_id, filter.limit + 1, call.principal.OnlyOperator()});
}

Result<std::string> Book(Call& call, const TopUp& top_up) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLock, {top_up.company_id});
  batch.Add(kBook, {AuditContext(call), top_up.company_id, NewUuid(), call.principal.account_id,
                    top_up.amount_minor, top_up.comment, top_up.idempotency_key});
  DIALIX_TRY(const auto rows, call.Change(batch));
  const store::Rows& booked = rows[1];
  if (booked.empty()) {
    if (rows[0].empty() || !rows[0].Bool(0, 0)) return NotFound("company");
    return Conflict("shared_balance", "This branch is paid for by a company above it; top that one up.");
  }
  if (!booked.Bool(0, 0)) {
    return Invalid({{"Idempotency-Key", "reused", "was used for another top-up of this company"}});
  }
  return booked.String(0, 1);
}

}  // namespace dialix::features::billing
