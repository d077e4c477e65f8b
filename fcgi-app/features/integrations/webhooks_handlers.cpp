#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/json.h"
#include "base/uuid.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"
#include "features/integrations/integrations_handlers.h"
#include "features/integrations/secret_view.h"
#include "features/integrations/service_check.h"
#include "features/integrations/webhooks_store.h"
#include "net/outbound.h"
#include "security/webhook_signature.h"

namespace dialix::features {
namespace {

using http::Response;

constexpr std::size_t kLongestUrl = 2000;
constexpr std::string_view kEvents[] = {"record.completed", "record.failed"};

webhooks::Change ReadChange(const Call& call, Fields& fields) {
  webhooks::Change change;
  change.url = fields.OptionalText("url", 1, kLongestUrl);
  change.events = fields.OptionalTextList("events", std::size(kEvents), 50);
  change.active = fields.OptionalBool("active");
  fields.RefuseNull({"url", "events", "active"});
  if (change.url) {
    if (const auto good = call.services.outbound.policy().CheckUrl(*change.url); !good)
      fields.Add("url", "address_not_allowed", good.error().public_message);
  }
  if (!change.events) return change;
  if (change.events->empty()) fields.Add("events", "too_short", "must name at least one event");
  for (const std::string& event : *change.events) {
    if (std::find(std::begin(kEvents), std::end(kEvents), event) == std::end(kEvents))
      fields.Add("events", "not_allowed", "must be of record.completed and record.failed");
  }
  return change;
}

std::string WithSecret(std::string body, const std::string& secret) {
  JsonWriter value;
  value.String(secret);
  return integrations::WithMembers(std::move(body), {{"secret", value.Take()}});
}

std::optional<webhooks::Filter> ReadFilter(QueryFields& query) {
  webhooks::Filter filter;
  filter.limit = query.Limit();
  if (const auto cursor = ReadCursor(query, {CursorPart::kTime, CursorPart::kUuid})) {
    filter.after_time = (*cursor)[0];
    filter.after_id = (*cursor)[1];
  }
  if (!query.ok()) return std::nullopt;
  return filter;
}

Result<Response> ListWebhooks(Call& call) {
  QueryFields query(call.query, {"limit", "cursor"});
  const auto filter = ReadFilter(query);
  if (!filter) return query.TakeError();
  DIALIX_TRY(const store::Rows rows, webhooks::List(call, *filter));
  return Response::Json(PageJson(rows, filter->limit, 2));
}

Result<Response> CreateWebhook(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"url", "events", "active"});
  fields.RequireAll({"url", "events"});
  const webhooks::Change input = ReadChange(call, fields);
  if (!fields.ok()) return fields.TakeError();
  const std::string id = NewUuid();
  const std::string secret = security::NewWebhookSecret();
  DIALIX_TRY(std::string body, webhooks::Insert(call, id, input, call.services.encryption.Encrypt(secret)));
  return Created(WithSecret(std::move(body), secret), "/api/v1/webhooks/" + id);
}

Result<Response> GetWebhook(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string body, webhooks::Find(call, id));
  return Response::Json(std::move(body));
}

Result<Response> UpdateWebhook(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"url", "events", "active"});
  fields.RequireAny();
  const webhooks::Change change = ReadChange(call, fields);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(std::string body, webhooks::Update(call, id, change));
  return Response::Json(std::move(body));
}

Result<Response> DeleteWebhook(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_CHECK(webhooks::Erase(call, id));
  return Response::NoContent();
}

Result<Response> RotateSecret(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  const std::string secret = security::NewWebhookSecret();
  DIALIX_TRY(std::string body, webhooks::Reseal(call, id, call.services.encryption.Encrypt(secret)));
  return Response::Json(WithSecret(std::move(body), secret));
}

// What a receiver gets: https://www.standardwebhooks.com.
net::HttpRequest Ping(const std::string& url, const std::string& secret) {
  const std::string message = "msg_" + NewUuid();
  const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(Now().time_since_epoch()).count();
  JsonWriter json;
  json.BeginObject()
      .Field("type", "ping")
      .Field("timestamp", FormatUtc(Now()))
      .Key("data")
      .BeginObject()
      .EndObject();
  net::HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.body = json.EndObject().Take();
  request.headers = {{"Content-Type", "application/json"},
                     {"webhook-id", message},
                     {"webhook-timestamp", std::to_string(now)},
                     {"webhook-signature", security::SignWebhook(secret, message, now, request.body)}};
  return request;
}

std::string OutcomeJson(const integrations::CheckResult& result, std::optional<int> status,
                        std::int64_t took) {
  return integrations::WithMembers(integrations::CheckJson(result, took),
                                   {{"response_code", status ? std::to_string(*status) : "null"}});
}

Result<Response> TestWebhook(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(const webhooks::Sealed webhook, webhooks::ReadForTest(call, id));
  DIALIX_TRY(std::string secret, call.services.encryption.Decrypt(webhook.token));
  DIALIX_TRY(const JsonDocument fields, JsonDocument::Parse(webhook.json));
  const auto begin = std::chrono::steady_clock::now();
  const auto response = call.services.outbound.Send(Ping(fields["url"].StringOr(""), secret));
  security::Wipe(secret);
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  if (!response) {
    DIALIX_TRY(const auto failed, integrations::Failed(response.error(), "the webhook"));
    return Response::Json(OutcomeJson(failed, std::nullopt, took.count()));
  }
  const bool good = response->status >= 200 && response->status < 300;
  const integrations::CheckResult result =
      good ? integrations::CheckResult{true, "ok", "The receiver took the ping."}
           : integrations::CheckResult{false, "unexpected_answer",
                                       "The receiver answered " + std::to_string(response->status) + "."};
  return Response::Json(OutcomeJson(result, response->status, took.count()));
}

Result<Response> ListDeliveries(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  QueryFields query(call.query, {"limit", "cursor"});
  const auto filter = ReadFilter(query);
  if (!filter) return query.TakeError();
  DIALIX_TRY(const store::Rows rows, webhooks::Deliveries(call, id, *filter));
  return Response::Json(PageJson(rows, filter->limit, 2));
}

}  // namespace

void AppendWebhooksEndpoints(EndpointTable& table) {
  using http::Method;
  const Access manage = Access::Needs(security::Permission::kManageIntegrations);
  table.push_back({Method::kGet, "/api/v1/webhooks", manage, ListWebhooks});
  table.push_back({Method::kPost, "/api/v1/webhooks", manage, CreateWebhook});
  table.push_back({Method::kGet, "/api/v1/webhooks/{id}", manage, GetWebhook});
  table.push_back({Method::kPatch, "/api/v1/webhooks/{id}", manage, UpdateWebhook});
  table.push_back({Method::kDelete, "/api/v1/webhooks/{id}", manage, DeleteWebhook});
  table.push_back({Method::kPost, "/api/v1/webhooks/{id}/rotate-secret", manage, RotateSecret});
  table.push_back({Method::kPost, "/api/v1/webhooks/{id}/test", manage, TestWebhook});
  table.push_back({Method::kGet, "/api/v1/webhooks/{id}/deliveries", manage, ListDeliveries});
}

}  // namespace dialix::features
