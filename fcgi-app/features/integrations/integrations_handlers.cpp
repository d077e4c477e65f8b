#include "features/integrations/integrations_handlers.h"

#include <chrono>

#include "base/json.h"
#include "features/endpoint/fields.h"
#include "features/integrations/integrations_store.h"
#include "features/integrations/secret_view.h"
#include "features/integrations/service_check.h"
#include "net/outbound.h"
#include "security/encryption_service.h"

namespace dialix::features {
namespace {

using http::Response;
using integrations::CheckResult;
using integrations::Kind;
using integrations::Stored;
using store::Param;

constexpr std::size_t kLongestSecret = 4000;

Response View(const Call& call, const Kind& kind, Stored stored) {
  std::vector<std::pair<std::string, std::string>> members;
  for (std::size_t i = 0; i < kind.secrets.size(); ++i) {
    auto plain = call.services.encryption.Decrypt(stored.tokens[i]);
    members.emplace_back(kind.secrets[i],
                         plain ? integrations::SecretJson(*plain) : integrations::UnreadableSecretJson());
    if (plain) security::Wipe(*plain);
  }
  return Response::Json(integrations::WithMembers(std::move(stored.json), members));
}

// A new secret, as the token to store; null keeps the one that is stored.
Param Seal(const Call& call, const std::optional<std::string>& secret) {
  if (!secret) return std::nullopt;
  return call.services.encryption.Encrypt(*secret);
}

// A secret that goes into a header or a form: visible ASCII.
std::optional<std::string> ReadSecret(Fields& fields, const char* name) {
  auto secret = fields.OptionalText(name, 8, kLongestSecret);
  for (const char c : secret.value_or("")) {
    if (c > ' ' && c <= '~') continue;
    fields.Add(name, "not_allowed", "must be of visible ASCII characters");
    return std::nullopt;
  }
  return secret;
}

void CheckAddress(const Call& call, Fields& fields, const char* name, const std::string& url) {
  if (const auto good = call.services.outbound.policy().CheckUrl(url); !good)
    fields.Add(name, "address_not_allowed", good.error().public_message);
}

std::vector<Param> ReadPbx(const Call& call, Fields& fields) {
  fields.RequireAll({"host", "domain"});
  const std::string host = fields.OptionalText("host", 1, 255).value_or("");
  const std::string domain = fields.OptionalText("domain", 1, 255).value_or("");
  const auto key = ReadSecret(fields, "auth_key");
  const auto active = fields.OptionalBool("active");
  if (!host.empty()) CheckAddress(call, fields, "host", integrations::BaseUrl(host));
  if (host.find_first_of("?#@") != std::string::npos)
    fields.Add("host", "not_allowed", "must be a host alone");
  return {host, domain, Seal(call, key), active};
}

std::vector<Param> ReadBitrix(const Call& call, Fields& fields) {
  const auto url = ReadSecret(fields, "webhook_url");
  const auto active = fields.OptionalBool("active");
  if (url) CheckAddress(call, fields, "webhook_url", *url);
  if (url && url->find_first_of("?#") != std::string::npos)
    fields.Add("webhook_url", "not_allowed", "must end with the webhook's secret");
  return {Seal(call, url), active};
}

bool IsSubdomain(const std::string& text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

std::vector<Param> ReadAmocrm(const Call& call, Fields& fields) {
  fields.RequireAll({"subdomain", "client_id", "redirect_uri"});
  const std::string subdomain = fields.OptionalText("subdomain", 1, 63).value_or("");
  if (!IsSubdomain(subdomain)) fields.Add("subdomain", "not_allowed", "must be of a-z, 0-9 and hyphens");
  const std::string client_id = fields.OptionalText("client_id", 1, 200).value_or("");
  const std::string redirect = fields.OptionalText("redirect_uri", 1, 2000).value_or("");
  std::vector<Param> params{subdomain, client_id, redirect};
  for (const char* name : {"client_secret", "access_token", "refresh_token"})
    params.push_back(Seal(call, ReadSecret(fields, name)));
  const auto expires = fields.OptionalText("expires_at", 1, 40);
  params.emplace_back(expires ? fields.Time("expires_at", *expires) : std::nullopt);
  params.emplace_back(fields.OptionalBool("active"));
  return params;
}

using Reader = std::vector<Param> (*)(const Call&, Fields&);

Result<Response> Put(Call& call, const Kind& kind, Reader read,
                     std::initializer_list<std::string_view> allowed) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), allowed);
  fields.RefuseNull(allowed);
  std::vector<Param> params = read(call, fields);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(auto stored, integrations::Put(call, kind, std::move(params)));
  if (stored) return View(call, kind, std::move(*stored));
  std::vector<FieldError> missing;
  for (const char* secret : kind.secrets) {
    if (!fields.Has(secret)) missing.push_back({secret, "required", "is required, since none is stored"});
  }
  return Invalid(std::move(missing));
}

Result<CheckResult> Try(const Call& call, const Kind& kind, const Stored& stored,
                        std::vector<std::string> secrets) {
  net::Outbound& outbound = call.services.outbound;
  DIALIX_TRY(const JsonDocument fields, JsonDocument::Parse(stored.json));
  if (&kind == &integrations::Pbx()) {
    return integrations::CheckPbx(outbound, fields["host"].StringOr(""), fields["domain"].StringOr(""),
                                  secrets[0]);
  }
  if (&kind == &integrations::Bitrix()) return integrations::CheckBitrix(outbound, secrets[0]);
  return integrations::CheckAmocrm(outbound, call.services.config.amocrm_base_url,
                                   fields["subdomain"].StringOr(""), secrets[1]);
}

Result<Response> Check(Call& call, const Kind& kind) {
  DIALIX_TRY(const Stored stored, integrations::ReadForCheck(call, kind));
  std::vector<std::string> secrets;
  for (const std::string& token : stored.tokens) {
    DIALIX_TRY(std::string plain, call.services.encryption.Decrypt(token));
    secrets.push_back(std::move(plain));
  }
  const auto begin = std::chrono::steady_clock::now();
  const Result<CheckResult> tried = Try(call, kind, stored, std::move(secrets));
  if (!tried || !tried->ok) {
    DIALIX_CHECK(
        integrations::NoteFailure(call, kind, tried ? tried->message : tried.error().public_message));
  }
  DIALIX_TRY(const CheckResult result, tried);
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  return Response::Json(integrations::CheckJson(result, took.count()));
}

void AppendKind(EndpointTable& table, const Kind& kind) {
  using http::Method;
  const Access manage = Access::Needs(security::Permission::kManageIntegrations);
  const std::string path = std::string("/api/v1/integrations/") + kind.name;
  table.push_back({Method::kGet, path, manage, [&kind](Call& call) -> Result<Response> {
                     DIALIX_TRY(Stored stored, integrations::Read(call, kind));
                     return View(call, kind, std::move(stored));
                   }});
  table.push_back({Method::kDelete, path, manage, [&kind](Call& call) -> Result<Response> {
                     DIALIX_CHECK(integrations::Erase(call, kind));
                     return Response::NoContent();
                   }});
  table.push_back(
      {Method::kPost, path + "/check", manage, [&kind](Call& call) { return Check(call, kind); }});
}

}  // namespace

void AppendIntegrationsEndpoints(EndpointTable& table) {
  using http::Method;
  const Access manage = Access::Needs(security::Permission::kManageIntegrations);
  AppendKind(table, integrations::Pbx());
  AppendKind(table, integrations::Bitrix());
  AppendKind(table, integrations::Amocrm());
  table.push_back({Method::kPut, "/api/v1/integrations/pbx", manage, [](Call& call) {
                     return Put(call, integrations::Pbx(), ReadPbx, {"host", "domain", "auth_key", "active"});
                   }});
  table.push_back({Method::kPut, "/api/v1/integrations/bitrix", manage, [](Call& call) {
                     return Put(call, integrations::Bitrix(), ReadBitrix, {"webhook_url", "active"});
                   }});
  table.push_back({Method::kPut, "/api/v1/integrations/amocrm", manage, [](Call& call) {
                     return Put(call, integrations::Amocrm(), ReadAmocrm,
                                {"subdomain", "client_id", "redirect_uri", "client_secret", "access_token",
                                 "refresh_token", "expires_at", "active"});
                   }});
}

}  // namespace dialix::features
