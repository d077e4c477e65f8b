// Writes who did what into activity_log, in the batch (so in the transaction) of the change itself.
#pragma once

#include <string>
#include <string_view>

#include "features/endpoint/endpoint.h"

namespace dialix::features {

struct AuditEntry {
  std::string action;         // "record.create"
  std::string resource_type;  // "record"
  std::string resource_id;
  std::string before;  // JSON object, secrets left out; empty: none
  std::string after;
  std::string account_id =
      {};  // who did it, where that is not the caller: at a login nobody is the caller yet
};

// Adds the statement last to `batch`. Its result row is the batch's last.
void AddAudit(store::Batch& batch, const Call& call, const AuditEntry& entry);

// Who asks, from where: the p_context of the SQL function note_activity (migration 0007), for statements that
// note a change themselves, exactly when they make it. Good for one entry.
[[nodiscard]] std::string AuditContext(const Call& call);
// The same for an entry whose id the caller chooses.
[[nodiscard]] std::string AuditContext(const Call& call, const std::string& id);

}  // namespace dialix::features
