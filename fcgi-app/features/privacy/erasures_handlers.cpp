#include "analysis/redact/redact.h"
#include "base/uuid.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"
#include "features/privacy/erasures_store.h"
#include "features/privacy/privacy_handlers.h"
#include "privacy/phone.h"
#include "privacy/receipt.h"

namespace dialix::features {
namespace {

using http::Response;

constexpr std::size_t kLongestReason = 500;

// A reason is kept in the activity log and on the receipt, where nothing can be erased any more.
std::string ReadReason(Fields& fields) {
  return analysis::RedactText(fields.RequiredText("reason", 1, kLongestReason), {true, true, true, false});
}

Result<Response> Ask(Call& call, const erasures::Request& request) {
  const std::string id = NewUuid();
  DIALIX_TRY(std::string body, erasures::Insert(call, id, request));
  Response response = Response::Json(std::move(body), 202);
  response.Add("Location", "/api/v1/privacy/erasures/" + id);
  return response;
}

Result<Response> EraseRecord(Call& call) {
  erasures::Request request;
  DIALIX_TRY(request.record_id, PathId(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"reason"});
  request.reason = ReadReason(fields);
  if (!fields.ok()) return fields.TakeError();
  return Ask(call, request);
}

Result<Response> CreateErasure(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"record_id", "client_phone_number", "redact_spoken", "reason"});
  erasures::Request request;
  request.reason = ReadReason(fields);
  request.record_id = fields.OptionalUuid("record_id").value_or("");
  if (const auto phone = fields.OptionalText("client_phone_number", 1, 40)) {
    const auto digits = privacy::PhoneDigits(*phone);
    if (!digits) {
      fields.Add("client_phone_number", "format", "must be a phone number of 3 to 15 digits");
    } else {
      request.phone = *digits;
      request.phone_hash = privacy::PhoneHash(call.services.keys, *digits);
    }
  }
  request.redact_spoken = fields.OptionalBool("redact_spoken").value_or(false);
  const bool has_record = fields.Has("record_id") && !fields.IsNull("record_id");
  const bool has_phone = fields.Has("client_phone_number") && !fields.IsNull("client_phone_number");
  if (has_record == has_phone) {
    fields.Add("client_phone_number", has_phone ? "not_allowed" : "required",
               "give either record_id or client_phone_number");
  }
  if (request.redact_spoken && !has_phone) {
    fields.Add("redact_spoken", "not_allowed", "goes with client_phone_number");
  }
  if (!fields.ok()) return fields.TakeError();
  return Ask(call, request);
}

Result<Response> ListErasures(Call& call) {
  QueryFields query(call.query, {"limit", "cursor"});
  erasures::Page page;
  page.limit = query.Limit();
  if (const auto cursor = ReadCursor(query, {CursorPart::kTime, CursorPart::kUuid})) {
    page.before_time = (*cursor)[0];
    page.before_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(std::string body, erasures::List(call, page));
  return Response::Json(std::move(body));
}

Result<Response> GetErasure(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string body, erasures::Find(call, id));
  return Response::Json(std::move(body));
}

Result<Response> GetReceipt(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string receipt, erasures::ReadReceipt(call, id));
  Response response = Response::Text(std::move(receipt));
  response.Set("Content-Type", "application/jose");  // RFC 7515 §9.2.1
  response.Add("Content-Disposition", "attachment; filename=\"erasure-" + id + ".jws\"");
  return response;
}

Result<Response> GetReceiptKeys(Call& call) {
  Response response = Response::Json(security::WriteJwks(privacy::ReceiptKeys(call.services.keys)));
  response.Set("Content-Type", "application/jwk-set+json");  // RFC 7517 §8.5.2
  response.Add("Cache-Control", "public, max-age=3600");
  return response;
}

}  // namespace

void AppendErasureEndpoints(EndpointTable& table) {
  using http::Method;
  using security::Permission;
  // Who may delete a call may erase it and see how that went; a number everywhere is for who manages the
  // company.
  const Access one = Access::Needs(Permission::kDeleteRecords);
  const Access everywhere = Access::Needs(Permission::kManageCompany);
  table.push_back({Method::kPost, "/api/v1/records/{id}/erase", one, EraseRecord});
  table.push_back({Method::kPost, "/api/v1/privacy/erasures", everywhere, CreateErasure});
  table.push_back({Method::kGet, "/api/v1/privacy/erasures", everywhere, ListErasures});
  table.push_back({Method::kGet, "/api/v1/privacy/erasures/{id}", one, GetErasure});
  table.push_back({Method::kGet, "/api/v1/privacy/erasures/{id}/receipt", one, GetReceipt});
  table.push_back({Method::kGet, "/api/v1/privacy/receipt-keys", Access::Public(), GetReceiptKeys});
}

}  // namespace dialix::features
