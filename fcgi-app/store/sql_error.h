// PostgreSQL's errors as ours. The SQLSTATE and the constraint stay readable for callers that turn a violated
// constraint into a field error; the client never sees them.
#pragma once

#include <libpq-fe.h>

#include <string_view>

#include "base/result.h"

namespace dialix::store {

// unique/exclusion violation → kConflict; foreign key, check, bad text → kInvalid; timeout, no resources,
// shutdown → kUnavailable (Retry-After 1); DX001 (lost lease) → kGone; DX002 (a key used before) → kConflict;
// anything else → kInternal.
[[nodiscard]] Error SqlError(const PGresult* result, std::string_view statement_name);
// The slug of a deadlock or a serialization failure: PostgreSQL chose this transaction to fail so that
// another could go on. Nothing of it stands, so it can be run again.
inline constexpr const char* kTransactionConflict = "transaction_conflict";

// The slug of DX002: an Idempotency-Key was used before (migration 0016). Nothing of the transaction stands.
inline constexpr const char* kSeenBefore = "idempotency_seen_before";

// A replica has not replayed a transaction that its reader must see; its slug is kBehind.
inline constexpr const char* kBehind = "replica_behind";
[[nodiscard]] Error Behind();

// The server or the network went away; its slug is kUnreachable.
inline constexpr const char* kUnreachable = "database_unavailable";
[[nodiscard]] Error ConnectionError(std::string_view detail);

// True if `error` came from a violation of the named constraint or unique index.
[[nodiscard]] bool Violates(const Error& error, std::string_view constraint);

}  // namespace dialix::store
