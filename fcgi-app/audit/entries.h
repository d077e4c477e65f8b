// How entries and seals are read from PostgreSQL, in one place for who seals and who verifies.
#pragma once

#include <string>

#include "audit/chain.h"
#include "store/rows.h"
#include "store/statement.h"

// All of an entry, of activity_log l. A column that a later migration adds comes to the end.
#define AUDIT_ENTRY_COLUMNS                                                                            \
  "l.id, l.company_id, l.account_id, l.action, l.resource_type, l.resource_id, l.before::text, "       \
  "l.after::text, l.remote_addr::text, l.user_agent, l.request_id, (extract(epoch FROM l.created_at) " \
  "* 1000000)::bigint"
#define AUDIT_MICROSECONDS(time) "(extract(epoch FROM " time ") * 1000000)::bigint"
#define AUDIT_TIME(parameter) "timestamptz 'epoch' + " parameter "::bigint * interval '1 microsecond'"
#define AUDIT_SEAL_COLUMNS \
  "s.batch, s.first_seq, s.last_seq, s.previous_root, s.root, " AUDIT_MICROSECONDS(           \
      "s.newest_at") ", s.drained, " AUDIT_MICROSECONDS("s.sealed_at") ", s.key_id, s.signature, " \
  AUDIT_MICROSECONDS("s.removed_at") ", s.removal_key_id, s.removal_signature"

namespace dialix::audit {

inline constexpr int kEntryColumns = 12;
inline constexpr int kEntryTime = 11;  // its place among them

// The columns that begin at `first`.
[[nodiscard]] Columns ReadEntry(const store::Rows& rows, int row, int first);

struct StoredSeal {
  Seal seal;
  std::string signature;
  std::optional<std::int64_t> removed_at;
  std::string removal_key_id;
  std::string removal_signature;
};
[[nodiscard]] StoredSeal ReadSeal(const store::Rows& rows, int row);

// A bytea as PostgreSQL writes it ("\x…") as bytes; empty for anything else.
[[nodiscard]] std::string Bytes(std::string_view text);
// A bytea[] parameter.
[[nodiscard]] store::Param ByteaArray(const std::vector<std::string>& values);

}  // namespace dialix::audit
