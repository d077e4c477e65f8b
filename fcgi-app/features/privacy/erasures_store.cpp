#include "features/privacy/erasures_store.h"

#include "features/endpoint/audit.h"
#include "features/endpoint/page.h"

#define ERASURE_JSON                                                                                       \
  "json_build_object('id', e.id, 'state', e.state, 'record_id', e.record_id, 'phone_hmac', e.phone_hash, " \
  "'redact_spoken', e.redact_spoken, 'reason', e.reason, 'requested_by', e.requested_by, 'calls', "        \
  "cardinality(e.record_ids), 'erased', e.counts, 'created_at', iso(e.created_at), 'finished_at', "        \
  "iso(e.finished_at))::text"

namespace dialix::features::erasures {
namespace {

using store::Statement;

constexpr Statement kInsert{
    "erasure_insert",
    "WITH e AS (INSERT INTO erasure (id, company_id, requested_by, record_id, phone, phone_hash, "
    "redact_spoken, reason) "
    "SELECT $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::text, $7::text, $8::boolean, $9::text WHERE $5::uuid "
    "IS NULL "
    "OR EXISTS (SELECT FROM record r WHERE r.id = $5::uuid AND r.company_id = $3::uuid AND r.erased_at IS "
    "NULL "
    "AND ($10::uuid IS NULL OR r.operator_id = $10::uuid)) RETURNING *) "
    "SELECT " ERASURE_JSON
    ", note_activity($1::jsonb, e.company_id, 'erasure.request', 'erasure', e.id, NULL, "
    "jsonb_build_object('record_id', e.record_id, 'client_phone_number', regexp_replace(e.phone, "
    "'.(?=.{4})', '*', 'g'), "
    "'redact_spoken', e.redact_spoken, 'reason', e.reason)) FROM e"};
constexpr Statement kFind{"erasure_find",
                          "SELECT " ERASURE_JSON
                          " FROM erasure e WHERE e.id = $1::uuid AND e.company_id = $2::uuid"};
constexpr Statement kList{
    "erasure_list",
    "SELECT " ERASURE_JSON
    ", to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), e.id "
    "FROM erasure e WHERE e.company_id = $1::uuid AND (e.created_at, e.id) < (coalesce($2::timestamptz, "
    "'infinity'), "
    "coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) ORDER BY e.created_at DESC, e.id DESC "
    "LIMIT $4::integer"};
constexpr Statement kReceipt{"erasure_receipt",
                             "SELECT receipt FROM erasure WHERE id = $1::uuid AND company_id = $2::uuid"};

}  // namespace

Result<std::string> Insert(Call& call, const std::string& id, const Request& request) {
  DIALIX_TRY(const store::Rows rows,
             call.Change(kInsert, {AuditContext(call), id, call.company_id, call.principal.account_id,
                                   store::NullIfEmpty(request.record_id), store::NullIfEmpty(request.phone),
                                   store::NullIfEmpty(request.phone_hash), request.redact_spoken,
                                   request.reason, call.principal.OnlyOperator()}));
  if (rows.empty()) return NotFound("call");
  return rows.String(0, 0);
}

Result<std::string> Find(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Query(kFind, {id, call.company_id}));
  if (rows.empty()) return NotFound("erasure");
  return rows.String(0, 0);
}

Result<std::string> List(Call& call, const Page& page) {
  DIALIX_TRY(const store::Rows rows,
             call.Query(kList, {call.company_id, page.before_time, page.before_id, page.limit + 1}));
  return PageJson(rows, page.limit, 2);
}

Result<std::string> ReadReceipt(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Query(kReceipt, {id, call.company_id}));
  if (rows.empty()) return NotFound("erasure");
  if (rows.IsNull(0, 0))
    return Conflict("erasure_under_way", "There is a receipt once everything is erased.");
  return rows.String(0, 0);
}

}  // namespace dialix::features::erasures
