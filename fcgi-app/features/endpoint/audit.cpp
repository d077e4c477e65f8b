#include "features/endpoint/audit.h"

#include "base/text.h"
#include "base/uuid.h"

namespace dialix::features {
namespace {

constexpr store::Statement kInsert{"activity_log_insert",
                                   "INSERT INTO activity_log (id, company_id, account_id, action, "
                                   "resource_type, resource_id, before, after, "
                                   "remote_addr, user_agent, request_id) VALUES ($1::uuid, $2::uuid, "
                                   "$3::uuid, $4, $5, $6, $7::jsonb, $8::jsonb, "
                                   "$9::inet, $10, $11)"};

}  // namespace

void AddAudit(store::Batch& batch, const Call& call, const AuditEntry& entry) {
  const std::string company = call.company_id.empty() ? call.principal.company_id : call.company_id;
  const std::string& account = entry.account_id.empty() ? call.principal.account_id : entry.account_id;
  const std::string_view agent = call.request.Header("user-agent").substr(0, 300);
  batch.Add(kInsert, {NewUuid(), store::NullIfEmpty(company), store::NullIfEmpty(account), entry.action,
                      entry.resource_type, entry.resource_id, store::NullIfEmpty(entry.before),
                      store::NullIfEmpty(entry.after), store::NullIfEmpty(call.request.remote_addr),
                      ReplaceInvalidUtf8(agent), call.request.id});
}

std::string AuditContext(const Call& call) { return AuditContext(call, NewUuid()); }

std::string AuditContext(const Call& call, const std::string& id) {
  const auto known = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
  };
  JsonWriter writer;
  writer.BeginObject()
      .Field("id", id)
      .Field("account_id", known(call.principal.account_id))
      .Field("remote_addr", known(call.request.remote_addr))
      .Field("user_agent", ReplaceInvalidUtf8(call.request.Header("user-agent").substr(0, 300)))
      .Field("request_id", call.request.id);
  return writer.EndObject().Take();
}

}  // namespace dialix::features
