// The company as the API shows it: a piece of SQL that the statements of companies share. Private to this
// room.
#pragma once

// Of rows of company and company_settings; nothing secret, so the activity log may have it too.
#define DIALIX_COMPANY_JSON(c, s)                                                                            \
  "json_build_object('id', " c ".id, 'parent_id', " c ".parent_id, 'name', " c ".name, 'currency', " c       \
  ".currency, 'timezone', " s ".timezone, 'language', " s ".language, 'active', " c ".is_active, 'open', " c \
  ".is_open, 'blocked_by', " c ".blocked_by, 'block_reason', " c                                             \
  ".block_reason, 'price_per_minute_minor', " c ".price_per_minute_minor, 'balance_minor', " c               \
  ".balance_minor, 'reserved_minor', " c ".reserved_minor, 'shares_parent_balance', " c                      \
  ".shares_parent_balance, 'limits', company_limits_json(" c ".limits, " c                                   \
  ".limits_by_parent), 'limits_by_parent', company_limits_json('{}', " c                                     \
  ".limits_by_parent), 'created_at', iso(" c ".created_at), 'updated_at', iso(" c ".updated_at))"
