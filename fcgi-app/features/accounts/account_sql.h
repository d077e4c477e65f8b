// Pieces of SQL that the statements of this room share. `row` is an alias of account; `roles` the parameter
// with RolesJson(); `link` when its link ends.
#pragma once

// The account as the API shows it; nothing secret, so the activity log may have it too.
#define ACCOUNT_JSON(row, roles, link)                                                                       \
  "json_build_object('id', " #row ".id, 'company_id', " #row ".company_id, 'email', " #row                   \
  ".email, 'name', " #row ".name, 'role', " #row ".role, 'language', " #row                                  \
  ".language, 'operator_id', " #row ".operator_id, 'status', " ACCOUNT_STATUS(                               \
      row) ", 'active', " #row ".is_active, 'blocked_at', CASE WHEN NOT " #row ".is_active THEN iso(" #row   \
           ".blocked_at) END, 'block_reason', CASE WHEN NOT " #row ".is_active THEN nullif(" #row            \
           ".block_reason, '') END, 'permissions_granted', " #row                                            \
           ".permissions_granted, 'permissions_denied', " #row                                               \
           ".permissions_denied, 'permissions', effective_permissions(" roles "::jsonb, " #row               \
           ".role, " #row ".permissions_granted, " #row ".permissions_denied), 'link_expires_at', iso(" link \
           "), 'last_login_at', iso(" #row ".last_login_at), 'created_at', iso(" #row                        \
           ".created_at), 'updated_at', iso(" #row ".updated_at))"

#define ACCOUNT_STATUS(row) "account_status(" #row ".is_active, " #row ".is_invited, " #row ".blocked_at)"

// When the link of the row ends; null without one.
#define LINK_OF(row) "(SELECT l.expires_at FROM account_link l WHERE l.account_id = " #row ".id)"

// Accounts of the company in `parameter`, or the platform's own where it is null; both arms use an index.
#define IN_TENANT(row, parameter)                                                             \
  "(" #row ".company_id = " parameter "::uuid OR (" #row ".company_id IS NULL AND " parameter \
  "::uuid IS NULL))"

// Whether such an account keeps a tenant administered.
#define ADMINISTERS(role, active, denied) \
  "(" role " IN ('admin', 'company_admin') AND " active " AND 'manage_users' <> ALL (" denied "))"

// Whether the tenant of `old` has another administrator.
#define HAS_ANOTHER_ADMIN(tenant)                                                                         \
  "EXISTS (SELECT FROM account x WHERE " IN_TENANT(                                                       \
      x, tenant) " AND x.deleted_at IS NULL AND x.id <> old.id AND " ADMINISTERS("x.role", "x.is_active", \
                                                                                 "x.permissions_denied") ")"

// Puts the link that `json` (a jsonb expression, see LinkJson) describes in the place of the account's old
// one.
#define PUT_LINK(json, from, condition)                                                               \
  "INSERT INTO account_link AS l (id, account_id, company_id, purpose, token_hash, expires_at) "      \
  "SELECT (" json " ->> 'id')::uuid, a.id, a.company_id, " json " ->> 'purpose', decode(" json        \
  " ->> 'hash', 'hex'), now() + make_interval(secs => (" json " ->> 'seconds')::integer) FROM " from  \
  " WHERE " condition                                                                                 \
  " ON CONFLICT (account_id) DO UPDATE SET id = excluded.id, purpose = excluded.purpose, "            \
  "token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at RETURNING " \
  "expires_at"

// Before every change, in a statement of its own: two changes that could take an administrator away then come
// one after another, and the second sees what the first has left.
#define LOCK_ADMINS(tenancy)                   \
  "SELECT a.id FROM account a WHERE " tenancy  \
  " AND a.role IN ('admin', 'company_admin') " \
  "AND a.deleted_at IS NULL ORDER BY a.id FOR NO KEY UPDATE"
