#include "features/companies/companies_handlers.h"

#include <algorithm>

#include "base/uuid.h"
#include "features/billing/billing_store.h"
#include "features/companies/companies_store.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

using http::Response;

constexpr std::int64_t kMaxPrice = 1'000'000'000'000;
constexpr std::int64_t kMaxTopUp = 1'000'000'000'000'000;

Result<Response> ListCompanies(Call& call) {
  QueryFields query(call.query, {"limit", "cursor", "q", "active"});
  companies::Filter filter;
  filter.limit = query.Limit();
  filter.text = query.Text("q", 1, 200);
  filter.active = query.Flag("active");
  if (const auto cursor = ReadCursor(query, {CursorPart::kText, CursorPart::kUuid})) {
    filter.after_name = (*cursor)[0];
    filter.after_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(const store::Rows rows, companies::List(call, filter));
  return Response::Json(PageJson(rows, filter.limit, 2));
}

std::optional<std::string> ReadCurrency(Fields& fields) {
  auto code = fields.OptionalText("currency", 0, 100);
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (code && (code->size() != 3 || !std::all_of(code->begin(), code->end(), upper))) {
    fields.Add("currency", "pattern", "must be three capital letters (ISO 4217)");
  }
  return code;
}

Result<Response> CreateCompany(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(),
                {"name", "parent_id", "currency", "timezone", "language", "price_per_minute_minor"});
  fields.RequireAll({"name"});
  fields.RefuseNull({"name", "currency", "timezone", "language", "price_per_minute_minor"});
  const Config& config = call.services.config;
  companies::NewCompany company;
  company.id = NewUuid();
  company.name = fields.OptionalName("name").value_or("");
  company.parent_id = fields.OptionalUuid("parent_id");
  company.currency = ReadCurrency(fields).value_or(config.currency);
  company.timezone = fields.OptionalText("timezone", 1, 64).value_or("Asia/Tashkent");
  company.language = fields.OptionalOneOf("language", {"uz", "ru", "en"}).value_or("uz");
  company.price_per_minute_minor =
      fields.OptionalInt("price_per_minute_minor", 0, kMaxPrice).value_or(config.price_per_minute);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(std::string body, companies::Insert(call, company));
  return Created(std::move(body), "/api/v1/companies/" + company.id);
}

Result<Response> GetCompany(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string body, companies::Find(call, id));
  return Response::Json(std::move(body));
}

Result<Response> UpdateCompany(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"name", "timezone", "language", "price_per_minute_minor", "active"});
  if ((fields.Has("price_per_minute_minor") || fields.Has("active")) && !call.principal.IsPlatform()) {
    return Fail(Error::Code::kForbidden,
                "Only the platform's administrators set the price or block a company.");
  }
  fields.RequireAny();
  fields.RefuseNull({"name", "timezone", "language", "price_per_minute_minor", "active"});
  companies::Change change;
  change.name = fields.OptionalName("name");
  change.timezone = fields.OptionalText("timezone", 1, 64);
  change.language = fields.OptionalOneOf("language", {"uz", "ru", "en"});
  change.price_per_minute_minor = fields.OptionalInt("price_per_minute_minor", 0, kMaxPrice);
  change.active = fields.OptionalBool("active");
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(std::string body, companies::Update(call, id, change));
  return Response::Json(std::move(body));
}

Result<Response> TopUpCompany(Call& call) {
  billing::TopUp top_up;
  DIALIX_TRY(top_up.company_id, PathId(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"amount_minor", "comment"});
  fields.RequireAll({"amount_minor"});
  fields.RefuseNull({"amount_minor", "comment"});
  top_up.amount_minor = fields.OptionalInt("amount_minor", 1, kMaxTopUp).value_or(0);
  top_up.comment = fields.OptionalText("comment", 0, 500).value_or("");
  if (const std::string_view key = call.request.Header("idempotency-key"); !key.empty()) {
    top_up.idempotency_key = fields.Text("Idempotency-Key", key, 1, 255);
  }
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(std::string body, billing::Book(call, top_up));
  return Response::Json(std::move(body), 201);
}

}  // namespace

void AppendCompaniesEndpoints(EndpointTable& table) {
  using http::Method;
  using security::Permission;
  const Access platform = Access::Needs(Permission::kAdmin, Access::Tenancy::kNone);
  const Access own = Access::Needs(Permission::kManageCompany, Access::Tenancy::kOptional);
  table.push_back({Method::kGet, "/api/v1/companies", platform, ListCompanies});
  table.push_back({Method::kPost, "/api/v1/companies", platform, CreateCompany});
  table.push_back({Method::kGet, "/api/v1/companies/{id}", own, GetCompany});
  table.push_back({Method::kPatch, "/api/v1/companies/{id}", own, UpdateCompany});
  table.push_back({Method::kPost, "/api/v1/companies/{id}/topup", platform, TopUpCompany});
}

}  // namespace dialix::features
