#include "features/accounts/accounts_store.h"

#include <array>

#include "base/json.h"
#include "base/text.h"
#include "base/uuid.h"
#include "features/accounts/account_rules.h"
#include "features/accounts/account_sql.h"
#include "features/endpoint/audit.h"

// In an order of its own each; `key` is a text that sorts as people want it.
#define ACCOUNT_LIST(key, beyond, order) \
  "SELECT " ACCOUNT_JSON(a, "$2", LINK_OF(a)) "::text, " key ", a.id FROM account a "                          \
  "WHERE " IN_TENANT(a, "$1") " AND a.deleted_at IS NULL "                                                     \
  "AND ($3::text IS NULL OR strpos(lower(a.email), lower($3)) > 0 OR strpos(lower(a.name), lower($3)) > 0) "   \
  "AND ($4::text IS NULL OR a.role = $4) AND ($5::text IS NULL OR " ACCOUNT_STATUS(a) " = $5) "                \
  "AND ($6::uuid IS NULL OR a.operator_id = $6) "                                                              \
  "AND ($7::text IS NULL OR (" key ", a.id) " beyond " ($7, $8::uuid)) "                                       \
  "ORDER BY " key " " order ", a.id " order " LIMIT $9::integer"

#define SORT_TIME(time) "coalesce(to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), '')"

namespace dialix::features::accounts {
namespace {

using store::Statement;

// In the order of Sort.
constexpr std::array kLists = {
    Statement{"account_list", ACCOUNT_LIST("lower(a.email)", ">", "ASC")},
    Statement{"account_list_name", ACCOUNT_LIST("lower(a.name)", ">", "ASC")},
    Statement{"account_list_created", ACCOUNT_LIST(SORT_TIME("a.created_at"), ">", "ASC")},
    Statement{"account_list_newest", ACCOUNT_LIST(SORT_TIME("a.created_at"), "<", "DESC")},
    Statement{"account_list_login", ACCOUNT_LIST(SORT_TIME("a.last_login_at"), ">", "ASC")},
    Statement{"account_list_latest_login", ACCOUNT_LIST(SORT_TIME("a.last_login_at"), "<", "DESC")},
};

constexpr Statement kFind{"account_find",
                          "SELECT " ACCOUNT_JSON(a, "$3", LINK_OF(a)) "::text FROM account a "
                          "WHERE " IN_TENANT(a, "$1") " AND a.id = $2::uuid AND a.deleted_at IS NULL"};

// A taken address changes nothing and is noted; whether it is taken in another company can't be told from
// this one.
constexpr Statement kInsert{
    "account_insert",
    "WITH n AS (SELECT $3::jsonb AS n), "
    "asked AS (SELECT CASE WHEN (SELECT count(*) FROM activity_log l WHERE l.company_id = $2::uuid "
    "AND l.created_at > now() - interval '1 hour' AND l.action = 'account.email_taken') >= 20 THEN 'probing' "
    "WHEN n ->> 'operator_id' IS NOT NULL AND NOT EXISTS (SELECT FROM operator o WHERE o.id = (n ->> 'operator_id')::uuid "
    "AND o.company_id = $2::uuid AND o.deleted_at IS NULL) THEN 'operator_unknown' ELSE 'ok' END AS verdict FROM n), "
    "counted AS (SELECT verdict, CASE WHEN verdict = 'ok' THEN company_check_limit($2::uuid, 'max_accounts') END AS most FROM asked), "
    "input AS (SELECT CASE WHEN most IS NULL THEN verdict ELSE 'limit_reached' END AS verdict, most FROM counted), "
    "a AS (INSERT INTO account (id, company_id, email, name, role, password_hash, language, operator_id, is_active, is_invited) "
    "SELECT (n ->> 'id')::uuid, $2::uuid, n ->> 'email', n ->> 'name', n ->> 'role', n ->> 'password_hash', "
    "coalesce(n ->> 'language', (SELECT s.language FROM company_settings s WHERE s.company_id = $2::uuid), 'uz'), "
    "(n ->> 'operator_id')::uuid, NOT n ? 'link', n ? 'link' FROM n, input WHERE input.verdict = 'ok' "
    "ON CONFLICT (lower(email)) WHERE deleted_at IS NULL DO NOTHING RETURNING *), "
    "linked AS (" PUT_LINK("(n -> 'link')", "a, n", "n ? 'link'") ") "
    "SELECT CASE WHEN input.verdict = 'ok' AND a.id IS NULL THEN 'email_taken' ELSE input.verdict END, "
    ACCOUNT_JSON(a, "$4", "linked.expires_at") "::text, iso(linked.expires_at), "
    "CASE WHEN a.id IS NOT NULL THEN note_activity($1::jsonb, a.company_id, CASE WHEN n ? 'link' THEN 'account.invite' "
    "ELSE 'account.create' END, 'account', a.id, NULL, " ACCOUNT_JSON(a, "$4", "linked.expires_at") "::jsonb) "
    "WHEN input.verdict = 'ok' THEN note_activity($1::jsonb, $2::uuid, 'account.email_taken', 'account', NULL, NULL, "
    "jsonb_build_object('email', n ->> 'email')) END, input.most "
    "FROM n CROSS JOIN input LEFT JOIN a ON true LEFT JOIN linked ON true"};

constexpr Statement kLockAdmins{"account_lock_admins", LOCK_ADMINS(IN_TENANT(a, "$1"))};

// $5 is what ChangeJson wrote. PATCH's "active" blocks or unblocks only where it is another than now, so that
// a form which sends it back unchanged leaves an invited person alone.
constexpr Statement kApply{
    "account_apply",
    "WITH old AS (SELECT a.*, " ACCOUNT_STATUS(a) " AS status, " LINK_OF(a) " AS link FROM account a "
    "WHERE " IN_TENANT(a, "$2") " AND a.id = $3::uuid AND a.deleted_at IS NULL FOR NO KEY UPDATE OF a), "
    "change AS (SELECT $5::jsonb AS c), "
    "wanted AS (SELECT old.id, coalesce(c ->> 'role', old.role) AS role, "
    "CASE WHEN c ? 'operator_id' THEN (c ->> 'operator_id')::uuid ELSE old.operator_id END AS operator_id, "
    "CASE WHEN c ? 'granted' THEN ARRAY(SELECT jsonb_array_elements_text(c -> 'granted')) "
    "ELSE old.permissions_granted END AS granted, "
    "CASE WHEN c ? 'denied' THEN ARRAY(SELECT jsonb_array_elements_text(c -> 'denied')) "
    "ELSE old.permissions_denied END AS denied, "
    "old.is_invited AND NOT old.is_active AND NOT c ? 'password_hash' AS is_invited, "
    "CASE WHEN c ? 'blocked' THEN (c ->> 'blocked')::boolean "
    "WHEN (c ->> 'active')::boolean <> old.is_active THEN NOT (c ->> 'active')::boolean "
    "ELSE old.status = 'blocked' END AS is_blocked FROM old, change), "
    "judged AS (SELECT w.*, NOT w.is_blocked AND NOT w.is_invited AND NOT c ? 'deleted' AS is_active, CASE "
    "WHEN NOT (effective_permissions($8::jsonb, old.role, old.permissions_granted, old.permissions_denied) <@ $7::text[] "
    "AND effective_permissions($8::jsonb, w.role, w.granted, w.denied) <@ $7::text[]) THEN 'forbidden' "
    "WHEN old.id = $4::uuid AND (w.role <> old.role OR w.operator_id IS DISTINCT FROM old.operator_id "
    "OR w.is_blocked <> (old.status = 'blocked') OR c ?| ARRAY['granted', 'denied', 'password_hash', 'link', 'deleted', 'totp']) "
    "THEN 'own_account' "
    "WHEN EXISTS (SELECT FROM jsonb_array_elements_text($8::jsonb -> 'admin') AS p (name) WHERE p.name <> ALL ($7::text[]) "
    "AND ((p.name = ANY (w.granted)) <> (p.name = ANY (old.permissions_granted)) "
    "OR (p.name = ANY (w.denied)) <> (p.name = ANY (old.permissions_denied)))) THEN 'not_held' "
    "WHEN (c ? 'ends_link' OR c -> 'link' ->> 'purpose' = 'invitation') AND old.status <> 'invited' THEN "
    "'not_invited' "
    "WHEN w.is_invited AND NOT w.is_blocked AND (c ->> 'active')::boolean THEN 'invited' "
    "WHEN c -> 'link' ->> 'purpose' = 'reset' AND old.is_invited AND NOT old.is_active THEN 'invited' "
    "WHEN w.role = 'operator' AND w.operator_id IS NULL THEN 'operator_required' "
    "WHEN c ->> 'operator_id' IS NOT NULL AND NOT EXISTS (SELECT FROM operator o WHERE o.id = w.operator_id "
    "AND o.company_id = $2::uuid AND o.deleted_at IS NULL) THEN 'operator_unknown' "
    "WHEN " ADMINISTERS("old.role", "old.is_active", "old.permissions_denied") " AND (c ? 'deleted' OR NOT "
    ADMINISTERS("w.role", "(NOT w.is_blocked)", "w.denied") ") AND NOT " HAS_ANOTHER_ADMIN("$2") " THEN 'last_admin' "
    "ELSE 'ok' END AS verdict FROM wanted w CROSS JOIN old CROSS JOIN change), "
    "a AS (UPDATE account a SET name = coalesce(c ->> 'name', a.name), role = j.role, "
    "language = coalesce(c ->> 'language', a.language), operator_id = j.operator_id, is_active = j.is_active, "
    "is_invited = j.is_invited, permissions_granted = j.granted, permissions_denied = j.denied, "
    "blocked_at = CASE WHEN j.is_blocked THEN coalesce(CASE WHEN old.status = 'blocked' THEN a.blocked_at END, now()) END, "
    "block_reason = CASE WHEN j.is_blocked THEN coalesce(c ->> 'block_reason', a.block_reason) ELSE '' END, "
    "password_hash = coalesce(c ->> 'password_hash', a.password_hash), "
    "password_changed_at = CASE WHEN c ? 'password_hash' THEN now() ELSE a.password_changed_at END, "
    "deleted_at = CASE WHEN c ? 'deleted' THEN now() END "
    "FROM judged j, old, change WHERE a.id = j.id AND j.verdict = 'ok' RETURNING a.*), "
    "ended AS (DELETE FROM session s USING a, old, change WHERE s.account_id = a.id "
    "AND (NOT a.is_active OR a.role <> old.role OR c ?| ARRAY['password_hash', 'totp'])), "
    "without AS (DELETE FROM account_totp t USING a, change WHERE t.account_id = a.id AND c ? 'totp'), "
    "revoked AS (UPDATE api_token t SET revoked_at = now() FROM a, change WHERE t.account_id = a.id "
    "AND t.revoked_at IS NULL AND c ?| ARRAY['password_hash', 'deleted']), "
    "linked AS (" PUT_LINK("(c -> 'link')", "a, change", "c ? 'link'") "), "
    "unlinked AS (DELETE FROM account_link l USING a, old, change WHERE l.account_id = a.id AND NOT c ? 'link' "
    "AND ((a.blocked_at IS NOT NULL AND old.status <> 'blocked') OR c ?| ARRAY['password_hash', 'ends_link', 'deleted']) RETURNING l.id) "
    "SELECT judged.verdict, " ACCOUNT_JSON(a, "$8", "kept.link") "::text, iso(linked.expires_at), "
    "CASE WHEN a.id IS NOT NULL THEN note_activity($1::jsonb, a.company_id, $6::text, 'account', a.id, "
    ACCOUNT_JSON(old, "$8", "old.link") "::jsonb, CASE WHEN NOT c ? 'deleted' THEN "
    ACCOUNT_JSON(a, "$8", "kept.link") "::jsonb || CASE WHEN c ? 'password_hash' THEN '{\"password_changed\": true}' "
    "WHEN c ? 'totp' THEN '{\"second_factor_removed\": true}' ELSE '{}' END::jsonb END) END "
    "FROM judged CROSS JOIN old CROSS JOIN change LEFT JOIN a ON true LEFT JOIN linked ON true LEFT JOIN unlinked ON true "
    "CROSS JOIN LATERAL (SELECT coalesce(linked.expires_at, CASE WHEN unlinked.id IS NULL THEN old.link END) AS link) AS kept"};

// The call's company; NULL: the platform's own accounts.
store::Param Tenant(const Call& call) {
  return call.company_id.empty() ? store::Param(std::nullopt) : store::Param(call.company_id);
}

void WriteLink(JsonWriter& writer, const Link& link) {
  writer.Key("link").BeginObject().Field("id", NewUuid()).Field("hash", ToHex(link.token_hash));
  writer.Field("purpose", link.purpose == Link::Purpose::kInvitation ? "invitation" : "reset");
  writer.Field("seconds", link.seconds).EndObject();
}

template <typename T>
void WriteIf(JsonWriter& writer, std::string_view key, const std::optional<T>& value) {
  if (value) writer.Field(key, *value);
}

void WriteList(JsonWriter& writer, std::string_view key,
               const std::optional<std::vector<std::string>>& names) {
  if (!names) return;
  writer.Key(key).BeginArray();
  for (const std::string& name : *names) writer.String(name);
  writer.EndArray();
}

std::string NewAccountJson(const NewAccount& account) {
  JsonWriter writer;
  writer.BeginObject().Field("id", account.id).Field("email", account.email).Field("name", account.name);
  writer.Field("role", account.role).Field("password_hash", account.password_hash);
  writer.Field("language", account.language).Field("operator_id", account.operator_id);
  if (account.link) WriteLink(writer, *account.link);
  return writer.EndObject().Take();
}

// Only what is to change: a key that is not there stays as it is.
std::string ChangeJson(const Change& change) {
  JsonWriter writer;
  writer.BeginObject();
  WriteIf(writer, "name", change.name);
  WriteIf(writer, "role", change.role);
  WriteIf(writer, "language", change.language);
  if (change.sets_operator) writer.Field("operator_id", change.operator_id);
  WriteIf(writer, "active", change.active);
  WriteIf(writer, "blocked", change.blocked);
  WriteIf(writer, "block_reason", change.block_reason);
  WriteList(writer, "granted", change.granted);
  WriteList(writer, "denied", change.denied);
  WriteIf(writer, "password_hash", change.password_hash);
  if (change.drops_totp) writer.Field("totp", true);
  if (change.link) WriteLink(writer, *change.link);
  if (change.ends_link) writer.Field("ends_link", true);
  if (change.deleted) writer.Field("deleted", true);
  return writer.EndObject().Take();
}

}  // namespace

Result<store::Rows> List(Call& call, const Filter& filter) {
  return call.Query(kLists.at(static_cast<std::size_t>(filter.sort)),
                    {Tenant(call), RolesJson(), filter.text, filter.role, filter.status, filter.operator_id,
                     filter.after_key, filter.after_id, filter.limit + 1});
}

Result<std::string> Find(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Query(kFind, {Tenant(call), id, RolesJson()}));
  if (rows.empty()) return NotFound("account");
  return rows.String(0, 0);
}

Result<Changed> Insert(Call& call, const NewAccount& account) {
  DIALIX_TRY(const store::Rows rows,
             call.Change(kInsert, {AuditContext(call), Tenant(call), NewAccountJson(account), RolesJson()}));
  if (!rows.IsNull(0, 4)) return LimitReached("max_accounts", rows.Int(0, 4));
  DIALIX_CHECK(Judge(rows.Text(0, 0)));
  return Changed{rows.String(0, 1), rows.String(0, 2)};
}

Result<Changed> Apply(Call& call, const std::string& id, const Change& change, std::string_view action) {
  DIALIX_TRY(const auto held, Held(call));
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLockAdmins, {Tenant(call)});
  batch.Add(kApply, {AuditContext(call), Tenant(call), id, call.principal.account_id, ChangeJson(change),
                     action, held, RolesJson()});
  DIALIX_TRY(const auto rows, call.Change(batch));
  if (rows[1].empty()) return NotFound("account");
  DIALIX_CHECK(Judge(rows[1].Text(0, 0)));
  return Changed{rows[1].String(0, 1), rows[1].String(0, 2)};
}

}  // namespace dialix::features::accounts
