#include "features/companies/companies_handlers.h"

#include <algorithm>

#include "base/uuid.h"
#include "features/accounts/accounts_store.h"
#include "features/billing/billing_store.h"
#include "features/companies/companies_store.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

using http::Response;

constexpr std::int64_t kMaxPrice = 1'000'000'000'000;
constexpr std::int64_t kMaxTopUp = 1'000'000'000'000'000;
constexpr std::int64_t kMaxLimit = 1'000'000'000;
constexpr std::string_view kLimits[] = {"max_accounts", "max_branches", "max_minutes_per_month",
                                        "max_concurrent_jobs"};

using companies::Above;

// The company that the path names, which becomes the call's scope. What the caller does not reach is not
// found.
Result<std::string> ReachedId(Call& call) {
  DIALIX_TRY(std::string id, PathId(call));
  if (!call.principal.Reaches(id)) return NotFound("company");
  if (!call.principal.IsPlatform()) call.scope = store::Scope::Company(id);
  return id;
}

// The same for what is done to a company from above, never to one's own.
Result<std::string> IdBelow(Call& call) {
  DIALIX_TRY(std::string id, ReachedId(call));
  if (!call.principal.Can(security::Permission::kAdmin) && !call.principal.IsAbove(id)) {
    return Fail(Error::Code::kForbidden, "Only who stands above a company may do this.");
  }
  return id;
}

Above AboveOf(const Call& call) { return call.principal.IsPlatform() ? Above::kPlatform : Above::kParent; }

// A company and what is below it: everything for the platform, their own for administrators; of those who
// manage a company without administering it, that one alone.
Result<Response> ListCompanies(Call& call) {
  QueryFields query(call.query, {"limit", "cursor", "q", "active", "parent_id"});
  companies::Filter filter;
  filter.limit = query.Limit();
  filter.text = query.Text("q", 1, 200);
  filter.active = query.Flag("active");
  filter.parent_id = query.Uuid("parent_id");
  if (const auto cursor = ReadCursor(query, {CursorPart::kText, CursorPart::kUuid})) {
    filter.after_name = (*cursor)[0];
    filter.after_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  if (!call.company_id.empty()) filter.below_id = call.company_id;
  if (const auto& below = call.principal.branches; below != nullptr) {
    std::vector<std::string> reached = below->Ids();
    reached.push_back(call.principal.company_id);
    call.scope = store::Scope::Companies(reached);
  } else if (call.principal.IsPlatform()) {
    call.scope = store::Scope::Platform();
  }
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

// Whoever administers a company adds branches to it, at its price and in its currency.
Status CheckParent(Call& call, Fields& fields, const companies::NewCompany& company) {
  const security::Principal& who = call.principal;
  if (who.Can(security::Permission::kAdmin)) return Ok();
  if (who.role != security::Role::kCompanyAdmin) {
    return Fail(Error::Code::kForbidden, "Only a company's administrators add branches to it.");
  }
  if (fields.Has("currency") || fields.Has("price_per_minute_minor")) {
    return Fail(Error::Code::kForbidden, "A branch has its parent's price and currency.");
  }
  if (!company.parent_id) {
    if (fields.ok())
      fields.Add("parent_id", "required", "is required: the company that this one is a branch of");
  } else if (!who.MayActIn(*company.parent_id)) {
    fields.Add("parent_id", "not_found", "there is no such company, or it is blocked");
  }
  return Ok();
}

Result<Response> CreateCompany(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"name", "parent_id", "currency", "timezone", "language",
                                  "price_per_minute_minor", "shares_parent_balance"});
  fields.RequireAll({"name"});
  fields.RefuseNull(
      {"name", "currency", "timezone", "language", "price_per_minute_minor", "shares_parent_balance"});
  const Config& config = call.services.config;
  companies::NewCompany company;
  company.id = NewUuid();
  company.name = fields.OptionalName("name").value_or("");
  company.parent_id = fields.OptionalUuid("parent_id");
  company.timezone = fields.OptionalText("timezone", 1, 64);
  company.language = fields.OptionalOneOf("language", {"uz", "ru", "en"});
  company.shares_parent_balance = fields.OptionalBool("shares_parent_balance").value_or(false);
  company.currency = ReadCurrency(fields);
  company.price_per_minute_minor = fields.OptionalInt("price_per_minute_minor", 0, kMaxPrice);
  DIALIX_CHECK(CheckParent(call, fields, company));
  if (!fields.ok()) return fields.TakeError();
  if (call.principal.IsPlatform()) {
    if (!company.currency) company.currency = config.currency;
    if (!company.price_per_minute_minor) company.price_per_minute_minor = config.price_per_minute;
    call.scope = store::Scope::Platform();
  } else {
    call.scope = store::Scope::Companies({company.id, *company.parent_id});
  }
  DIALIX_TRY(std::string body, companies::Insert(call, company));
  return Created(std::move(body), "/api/v1/companies/" + company.id);
}

Result<Response> GetCompany(Call& call) {
  DIALIX_TRY(const std::string id, ReachedId(call));
  DIALIX_TRY(std::string body, companies::Find(call, id));
  return Response::Json(std::move(body));
}

// What of a company is not for its own people: the platform's, and what a parent may set for a branch. A
// platform administrator's API token is asked for the permission, since its scopes may leave it out.
Status CheckRights(const Call& call, const Fields& fields, const std::string& id) {
  if (call.principal.Can(security::Permission::kAdmin)) return Ok();
  for (const char* name : {"price_per_minute_minor", "active", "parent_id"}) {
    if (fields.Has(name)) {
      return Fail(Error::Code::kForbidden,
                  "Only the platform's administrators set the price, move a company or set it active.");
    }
  }
  if ((fields.Has("limits") || fields.Has("shares_parent_balance")) && !call.principal.IsAbove(id)) {
    return Fail(Error::Code::kForbidden,
                "Only who stands above a company sets its limits and who pays for it.");
  }
  return Ok();
}

std::optional<std::string> ReadLimits(Fields& fields) {
  const JsonView limits = fields.Get("limits");
  if (!limits.Exists()) return std::nullopt;
  if (!limits.IsObject()) {
    fields.Add("limits", "type", "must be an object");
    return std::nullopt;
  }
  JsonWriter writer;
  writer.BeginObject();
  for (const std::string_view key : limits.Keys()) {
    const std::string path = "limits." + std::string(key);
    if (std::find(std::begin(kLimits), std::end(kLimits), key) == std::end(kLimits)) {
      fields.Add(path, "unknown_field", "is not a limit");
      continue;
    }
    const JsonView value = limits[key];
    const auto number = value.Int();
    if (value.IsNull()) {
      writer.Key(key).Null();
    } else if (!number) {
      fields.Add(path, "type", "must be a whole number or null");
    } else if (*number < 0 || *number > kMaxLimit) {
      fields.Add(path, "out_of_range", "must be between 0 and " + std::to_string(kMaxLimit));
    } else {
      writer.Key(key).Int(*number);
    }
  }
  return writer.EndObject().Take();
}

Result<Response> UpdateCompany(Call& call) {
  DIALIX_TRY(const std::string id, ReachedId(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"name", "timezone", "language", "price_per_minute_minor", "active",
                                  "parent_id", "shares_parent_balance", "limits"});
  DIALIX_CHECK(CheckRights(call, fields, id));
  fields.RequireAny();
  fields.RefuseNull({"name", "timezone", "language", "price_per_minute_minor", "active",
                     "shares_parent_balance", "limits"});
  companies::Change change;
  change.name = fields.OptionalName("name");
  change.timezone = fields.OptionalText("timezone", 1, 64);
  change.language = fields.OptionalOneOf("language", {"uz", "ru", "en"});
  change.price_per_minute_minor = fields.OptionalInt("price_per_minute_minor", 0, kMaxPrice);
  change.active = fields.OptionalBool("active");
  change.moves = fields.Has("parent_id");
  change.parent_id = fields.OptionalUuid("parent_id");
  change.shares_parent_balance = fields.OptionalBool("shares_parent_balance");
  change.limits = ReadLimits(fields);
  change.above = AboveOf(call);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(std::string body, companies::Update(call, id, change));
  return Response::Json(std::move(body));
}

Result<Response> BlockCompany(Call& call) {
  DIALIX_TRY(const std::string id, IdBelow(call));
  std::string reason;
  if (!call.request.Header("content-type").empty()) {
    DIALIX_TRY(const JsonDocument document, ReadJson(call));
    Fields fields(document.Root(), {"reason"});
    fields.RefuseNull({"reason"});
    reason = fields.OptionalText("reason", 0, 500).value_or("");
    if (!fields.ok()) return fields.TakeError();
  }
  DIALIX_TRY(std::string body, companies::Block(call, id, AboveOf(call), reason));
  return Response::Json(std::move(body));
}

Result<Response> UnblockCompany(Call& call) {
  DIALIX_TRY(const std::string id, IdBelow(call));
  DIALIX_TRY(std::string body, companies::Unblock(call, id, AboveOf(call)));
  return Response::Json(std::move(body));
}

// The people of one company; its administrators are those of role company_admin.
Result<Response> ListCompanyAccounts(Call& call) {
  DIALIX_TRY(call.company_id, ReachedId(call));
  call.scope = store::Scope::Company(call.company_id);
  QueryFields query(call.query, {"limit", "cursor", "q", "role", "status"});
  accounts::Filter filter;
  filter.limit = query.Limit();
  filter.text = query.Text("q", 1, 200);
  filter.role = query.OneOf("role", {"company_admin", "supervisor", "user", "viewer", "operator"});
  filter.status = query.OneOf("status", {"active", "invited", "blocked"});
  if (const auto cursor = ReadCursor(query, {CursorPart::kText, CursorPart::kUuid})) {
    filter.after_key = (*cursor)[0];
    filter.after_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(const store::Rows rows, accounts::List(call, filter));
  return Response::Json(PageJson(rows, filter.limit, 2));
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
  const Access manage = Access::Needs(Permission::kManageCompany, Access::Tenancy::kOptional);
  table.push_back({Method::kGet, "/api/v1/companies", manage, ListCompanies});
  table.push_back({Method::kPost, "/api/v1/companies", manage, CreateCompany});
  table.push_back({Method::kGet, "/api/v1/companies/{id}", manage, GetCompany});
  table.push_back({Method::kPatch, "/api/v1/companies/{id}", manage, UpdateCompany});
  table.push_back({Method::kPost, "/api/v1/companies/{id}/block", manage, BlockCompany});
  table.push_back({Method::kPost, "/api/v1/companies/{id}/unblock", manage, UnblockCompany});
  table.push_back({Method::kGet, "/api/v1/companies/{id}/accounts",
                   Access::Needs(Permission::kManageUsers, Access::Tenancy::kOptional), ListCompanyAccounts});
  table.push_back({Method::kPost, "/api/v1/companies/{id}/topup", platform, TopUpCompany, {}, true});
}

}  // namespace dialix::features
