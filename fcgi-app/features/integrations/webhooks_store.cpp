#include "features/integrations/webhooks_store.h"

#include "features/endpoint/audit.h"

#define WEBHOOK_JSON(row)                                                                                   \
  "json_build_object('id', " #row ".id, 'url', " #row ".url, 'events', to_json(" #row                       \
  ".events), 'active', " #row ".is_active, 'created_at', iso(" #row ".created_at), 'updated_at', iso(" #row \
  ".updated_at))"
#define WEBHOOK_AUDIT(row)                                                                       \
  "jsonb_build_object('url', " #row ".url, 'events', to_jsonb(" #row ".events), 'active', " #row \
  ".is_"                                                                                         \
  "active)"

namespace dialix::features::webhooks {
namespace {

using store::Statement;

constexpr Statement kList{
    "webhook_list",
    "SELECT " WEBHOOK_JSON(w) "::text, "
    "to_char(w.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), w.id FROM webhook w "
    "WHERE w.company_id = $1::uuid AND w.deleted_at IS NULL "
    "AND ($2::timestamptz IS NULL OR (w.created_at, w.id) > ($2, $3::uuid)) "
    "ORDER BY w.created_at, w.id LIMIT $4::integer"};

constexpr Statement kFind{"webhook_find",
                          "SELECT " WEBHOOK_JSON(w) "::text FROM webhook w "
                          "WHERE w.company_id = $1::uuid AND w.id = $2::uuid AND w.deleted_at IS NULL"};

constexpr Statement kInsert{
    "webhook_insert",
    "WITH c AS (SELECT id FROM company WHERE id = $2::uuid FOR NO KEY UPDATE), "
    "w AS (INSERT INTO webhook (id, company_id, url, events, is_active, secret_cipher) "
    "SELECT $3::uuid, c.id, $4::text, $5::text[], coalesce($6::boolean, true), $7::text FROM c "
    "WHERE (SELECT count(*) FROM webhook o WHERE o.company_id = c.id AND o.deleted_at IS NULL) < $8::integer RETURNING *) "
    "SELECT EXISTS (SELECT FROM c), (SELECT " WEBHOOK_JSON(w) "::text FROM w), "
    "(SELECT note_activity($1::jsonb, w.company_id, 'webhook.create', 'webhook', w.id, NULL, " WEBHOOK_AUDIT(w)
    ") FROM w)"};

constexpr Statement kUpdate{
    "webhook_update",
    "WITH o AS (SELECT * FROM webhook WHERE company_id = $2::uuid AND id = $3::uuid AND deleted_at IS NULL FOR UPDATE), "
    "w AS (UPDATE webhook w SET url = coalesce($4::text, w.url), events = coalesce($5::text[], w.events), "
    "is_active = coalesce($6::boolean, w.is_active) FROM o WHERE w.id = o.id RETURNING w.*) "
    "SELECT " WEBHOOK_JSON(w) "::text, note_activity($1::jsonb, w.company_id, 'webhook.update', 'webhook', w.id, "
    WEBHOOK_AUDIT(o) ", " WEBHOOK_AUDIT(w) ") FROM w JOIN o ON o.id = w.id"};

constexpr Statement kErase{
    "webhook_erase",
    "WITH w AS (UPDATE webhook SET deleted_at = now(), is_active = false "
    "WHERE company_id = $2::uuid AND id = $3::uuid AND deleted_at IS NULL RETURNING *) "
    "SELECT note_activity($1::jsonb, w.company_id, 'webhook.delete', 'webhook', w.id, " WEBHOOK_AUDIT(
        w) ", NULL) FROM w"};

constexpr Statement kReseal{
    "webhook_reseal",
    "WITH w AS (UPDATE webhook SET secret_cipher = $4::text "
    "WHERE company_id = $2::uuid AND id = $3::uuid AND deleted_at IS NULL RETURNING *) "
    "SELECT " WEBHOOK_JSON(w) "::text, note_activity($1::jsonb, w.company_id, 'webhook.rotate_secret', 'webhook', w.id, "
    "NULL, '{}') FROM w"};

constexpr Statement kTest{
    "webhook_test",
    "SELECT " WEBHOOK_JSON(w) "::text, w.secret_cipher, note_activity($1::jsonb, w.company_id, 'webhook.test', "
    "'webhook', w.id, NULL, '{}') FROM webhook w "
    "WHERE w.company_id = $2::uuid AND w.id = $3::uuid AND w.deleted_at IS NULL"};

constexpr Statement kDeliveries{
    "webhook_deliveries",
    "SELECT json_build_object('id', d.id, 'event', d.event, 'attempts', d.attempts, 'delivered_at', "
    "iso(d.delivered_at), 'next_try_at', iso(d.next_try_at), 'response_code', d.response_code, 'last_error', "
    "d.last_error, 'created_at', iso(d.created_at))::text, "
    "to_char(d.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), d.id FROM "
    "webhook_delivery d "
    "WHERE d.webhook_id = $2::uuid AND d.company_id = $1::uuid "
    "AND ($3::timestamptz IS NULL OR (d.created_at, d.id) < ($3, $4::uuid)) "
    "ORDER BY d.created_at DESC, d.id DESC LIMIT $5::integer"};

Result<std::string> One(Result<store::Rows> rows) {
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return NotFound("webhook");
  return rows->String(0, 0);
}

}  // namespace

Result<store::Rows> List(Call& call, const Filter& filter) {
  return call.Query(kList, {call.company_id, filter.after_time, filter.after_id, filter.limit + 1});
}

Result<std::string> Insert(Call& call, const std::string& id, const Change& input, const std::string& token) {
  DIALIX_TRY(const store::Rows rows,
             call.Change(kInsert, {AuditContext(call), call.company_id, id, input.url, input.events,
                                   input.active, token, kMostPerCompany}));
  if (!rows.Bool(0, 0)) return Invalid({{"company_id", "not_found", "there is no such company"}});
  if (rows.IsNull(0, 1)) return Conflict("too_many_webhooks", "A company has at most 20 webhooks.");
  return rows.String(0, 1);
}

Result<std::string> Find(Call& call, const std::string& id) {
  return One(call.Query(kFind, {call.company_id, id}));
}

Result<std::string> Update(Call& call, const std::string& id, const Change& change) {
  return One(call.Change(
      kUpdate, {AuditContext(call), call.company_id, id, change.url, change.events, change.active}));
}

Status Erase(Call& call, const std::string& id) {
  DIALIX_CHECK(One(call.Change(kErase, {AuditContext(call), call.company_id, id})));
  return Ok();
}

Result<std::string> Reseal(Call& call, const std::string& id, const std::string& token) {
  return One(call.Change(kReseal, {AuditContext(call), call.company_id, id, token}));
}

Result<Sealed> ReadForTest(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Change(kTest, {AuditContext(call), call.company_id, id}));
  if (rows.empty()) return NotFound("webhook");
  return Sealed{rows.String(0, 0), rows.String(0, 1)};
}

Result<store::Rows> Deliveries(Call& call, const std::string& id, const Filter& filter) {
  store::Batch batch;
  batch.Add(kFind, {call.company_id, id});
  batch.Add(kDeliveries, {call.company_id, id, filter.after_time, filter.after_id, filter.limit + 1});
  DIALIX_TRY(auto results, call.Run(batch));
  if (results[0].empty()) return NotFound("webhook");
  return std::move(results[1]);
}

}  // namespace dialix::features::webhooks
