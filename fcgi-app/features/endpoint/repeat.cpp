#include "features/endpoint/repeat.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/text.h"
#include "features/endpoint/endpoint.h"
#include "security/token.h"
#include "store/sql_error.h"

namespace dialix::features {
namespace {

using store::Statement;

constexpr std::size_t kLongestKey = 255;
constexpr std::size_t kMostBytes = 256 * 1024;
constexpr int kUnfinishedAfter_s = 60;  // no request takes longer
constexpr std::chrono::milliseconds kPauses[] = {
    std::chrono::milliseconds(50), std::chrono::milliseconds(200), std::chrono::milliseconds(500)};

constexpr Statement kBegin{"idempotency_begin",
                           "SELECT idempotency_begin($1::uuid, $2::text, $3::text, $4::bytea)"};
constexpr Statement kFind{"idempotency_find",
                          "SELECT encode(fingerprint, 'hex'), answer_cipher, age_s FROM "
                          "idempotency_find($1::uuid, $2::text, $3::text)"};
constexpr Statement kKeep{"idempotency_answer",
                          "SELECT idempotency_answer($1::uuid, $2::text, $3::text, $4::text)"};
constexpr Statement kDrop{"idempotency_drop", "SELECT idempotency_drop($1::uuid, $2::text, $3::text)"};

// The key as a text; a client may send it as a string of RFC 8941, in quotes. Empty where it is no key.
std::string ReadKey(std::string_view header) {
  if (header.size() >= 2 && header.front() == '"' && header.back() == '"') {
    header = header.substr(1, header.size() - 2);
  }
  const bool good = header.size() <= kLongestKey &&
                    std::all_of(header.begin(), header.end(), [](char c) { return c > ' ' && c < 127; });
  return good ? std::string(header) : std::string();
}

Result<store::Rows> Ask(Call& call, const Statement& statement, std::vector<store::Param> more,
                        store::Batch::Mode mode) {
  std::vector<store::Param> params = {call.repeat->account_id, call.repeat->route, call.repeat->key};
  for (store::Param& param : more) params.push_back(std::move(param));
  return call.services.db.Query(store::Scope::None(), statement, std::move(params), &call.cost, mode);
}

// What came of keeping it is nobody's business: the change is made, and the answer is right.
void Keep(Call& call, const http::Response& response) {
  JsonWriter kept;
  kept.BeginObject()
      .Field("status", response.status)
      .Field("location", response.Header("location"))
      .Field("body", response.Body())
      .EndObject();
  const std::string text = kept.Take();
  if (text.size() > kMostBytes) return;
  (void)Ask(call, kKeep, {call.services.encryption.Encrypt(text)}, store::Batch::Mode::kReadWrite);
}

Error Unfinished() {
  return Conflict("idempotency_unfinished",
                  "This request was carried out, but its answer was lost. Look up what it made.");
}

Result<http::Response> Again(Call& call, const std::string& cipher) {
  const auto text = call.services.encryption.Decrypt(cipher);
  if (!text) return Unfinished();
  DIALIX_TRY(const auto kept, JsonDocument::Parse(*text));
  http::Response response =
      http::Response::Json(kept["body"].StringOr(""), static_cast<int>(kept["status"].IntOr(200)));
  if (response.body.empty()) response.headers.clear();
  if (const auto location = kept["location"].StringOr(""); !location.empty()) {
    response.Add("Location", location);
  }
  response.Add("Cache-Control", "no-store");
  response.Add("Idempotency-Replayed", "true");
  return response;
}

Result<http::Response> Replay(Call& call) {
  for (const auto pause : kPauses) {
    DIALIX_TRY(const auto rows, Ask(call, kFind, {}, store::Batch::Mode::kReadOnly));
    if (rows.empty()) break;
    if (rows.Text(0, 0) != call.repeat->Fingerprint()) {
      Error error = Invalid({{"Idempotency-Key", "reused", "was used for another request"}});
      error.slug = "idempotency_key_reused";
      return error;
    }
    if (!rows.IsNull(0, 1)) return Again(call, rows.String(0, 1));
    if (rows.Int(0, 2) > kUnfinishedAfter_s) return Unfinished();
    std::this_thread::sleep_for(pause);  // the first one commits before it keeps its answer
  }
  Error error = Conflict("idempotency_in_progress", "The same request is under way. Try again in a moment.");
  error.retry_after_s = 1;
  return error;
}

}  // namespace

void Repeat::AddBody(std::string_view body) { request += "\n" + security::Sha256(body); }

std::string Repeat::Fingerprint() const { return ToHex(security::Sha256(request)); }

store::Batch Repeat::Keyed(const store::Batch& batch) const {
  store::Batch keyed(batch.mode());
  keyed.Add(kBegin, {account_id, route, key, store::Bytea(security::Sha256(request))});
  for (const store::Batch::Item& item : batch.items()) keyed.Add(*item.statement, item.params);
  return keyed;
}

Result<http::Response> AnswerOnce(const Endpoint& endpoint, Call& call) {
  const std::string_view header = call.request.Header("idempotency-key");
  if (header.empty() || endpoint.method != http::Method::kPost || endpoint.keeps_own_key ||
      endpoint.access.kind == Access::Kind::kPublic || endpoint.access.secrets) {
    return endpoint.handler(call);
  }
  Repeat repeat{call.principal.account_id, endpoint.pattern, ReadKey(header),
                call.request.path + "?" + call.request.query};
  if (repeat.key.empty()) {
    return Invalid({{"Idempotency-Key", "format", "must be 1 to 255 printable characters without blanks"}});
  }
  call.repeat = &repeat;
  auto response = endpoint.handler(call);
  if (!response && response.error().slug == store::kSeenBefore) {
    response = Replay(call);
  } else if (repeat.is_begun && response && response->status < 300) {
    Keep(call, *response);
  } else if (repeat.is_begun) {
    (void)Ask(call, kDrop, {}, store::Batch::Mode::kReadWrite);  // it was refused: it may be sent again
  }
  call.repeat = nullptr;
  return response;
}

}  // namespace dialix::features
