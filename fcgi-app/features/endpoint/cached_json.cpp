#include "features/endpoint/cached_json.h"

#include <algorithm>

#include "base/text.h"
#include "http/conditional.h"
#include "http/gzip.h"

namespace dialix::features {
namespace {

// Before the rows they speak of: the rows are then at least as new.
constexpr store::Statement kVersionsOf{"cache_versions_of",
                                       "SELECT array_to_string(versions_of($1::text[]), ',')"};
constexpr store::Statement kMidnight{
    "cache_midnight",
    "SELECT ceil(extract(epoch FROM ((now() AT TIME ZONE s.timezone)::date + 1)::timestamp AT TIME ZONE "
    "s.timezone "
    "- now()) * 1000)::bigint FROM company_settings s WHERE s.company_id = $1::uuid"};

constexpr std::size_t kWorthPacking = 1024;  // bytes; nginx's gzip_min_length

// The tag of what the client holds, if that is current, told from the versions alone: no value, no query.
std::string_view CurrentTagSent(const Call& call, const std::string& key) {
  const std::string_view sent = call.request.Header("if-none-match");
  if (sent.empty() || !call.view.usable || !call.view.AllKnown()) return {};
  for (const std::string_view tag : http::EntityTags(sent)) {
    const auto changes_at = cache::TagChangesAt(tag);
    if (!changes_at || (*changes_at != 0 && Now().time_since_epoch().count() >= *changes_at)) continue;
    if (tag == cache::EntityTag(key, call.view.versions, *changes_at)) return tag;
  }
  return {};
}

Result<cache::Loaded> Load(Call& call, const std::function<Result<std::string>()>& read,
                           const CachePolicy& policy) {
  VersionStamp stamp{call.view.scopes, policy.until_midnight, false, true, {}, {}};
  call.stamp = &stamp;
  auto body = read();
  call.stamp = nullptr;
  if (!body) return std::move(body).error();
  cache::Loaded loaded;
  loaded.body = std::move(*body);
  // What ends at midnight and did not learn when is not kept.
  if (stamp.kept && (!policy.until_midnight || stamp.midnight_in))
    loaded.versions = std::move(stamp.versions);
  loaded.changes_in = stamp.midnight_in;
  return loaded;
}

// What is kept is packed once and not by nginx for every client.
void SetBody(const Call& call, const cache::Found& found, http::Response& response) {
  const cache::ValuePtr& value = found.value;
  response.shared_body = std::shared_ptr<const std::string>(value, &value->body);
  if (value->body.size() < kWorthPacking || found.outcome == cache::Outcome::kBypass) return;
  response.Add("Vary", "Accept-Encoding");
  if (!http::AcceptsGzip(call.request.Header("accept-encoding"))) return;
  std::call_once(value->packed->once, [&] { value->packed->text = http::Gzip(value->body); });
  if (value->packed->text.empty()) return;
  response.Add("Content-Encoding", "gzip");
  response.shared_body = std::shared_ptr<const std::string>(value, &value->packed->text);
}

http::Response Answer(const Call& call, const cache::Found& found) {
  const cache::ValuePtr& value = found.value;
  http::Response response;
  response.Add("Content-Type", "application/json");
  SetBody(call, found, response);
  // Without scopes (a company that is not named) the versions tell nothing.
  response.Add("ETag", value->versions.empty() ? http::MakeEtag(value->body) : value->tag);
  response = http::WithEtag(call.request, std::move(response));
  response.Add("Cache-Control", "private, no-cache");
  return response;
}

}  // namespace

cache::CacheKey KeyOf(const Call& call, std::string_view name) { return {name, call.company_id}; }

cache::CacheKey KeyOfQuery(const Call& call, std::string_view name) {
  auto pairs = call.query.Pairs();
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  cache::CacheKey key = KeyOf(call, name);
  for (const auto& [parameter, value] : pairs) {
    if (parameter != "company_id") key.Add(parameter).Add(value);
  }
  return key;
}

Result<http::Response> CachedJson(Call& call, cache::CacheKey key,
                                  const std::function<Result<std::string>()>& read, CachePolicy policy) {
  call.cache_key = std::move(key).Take();
  const std::string& name = call.cache_key;
  if (const std::string_view tag = CurrentTagSent(call, name); !tag.empty()) {
    call.cache = "hit";
    call.services.cache.CountHit();
    http::Response response;
    response.status = 304;
    response.Add("ETag", std::string(tag));
    response.Add("Cache-Control", "private, no-cache");
    return response;
  }
  const auto load = [&](bool at_source) {
    call.at_source = at_source;
    return Load(call, read, policy);
  };
  DIALIX_TRY(const cache::Found found, call.services.cache.Cached(name, call.view, load, policy.ttl));
  call.cache = cache::OutcomeName(found.outcome);
  return Answer(call, found);
}

void DoNotKeep(Call& call) {
  if (call.stamp != nullptr) call.stamp->kept = false;
}

Result<std::vector<store::Rows>> RunStamped(Call& call, const store::Batch& batch) {
  VersionStamp& stamp = *call.stamp;
  stamp.taken = true;
  store::Batch stamped(batch.mode());
  stamped.Add(kVersionsOf, {stamp.scopes});
  if (stamp.until_midnight) stamped.Add(kMidnight, {call.company_id});
  for (const auto& item : batch.items()) stamped.Add(*item.statement, item.params);
  DIALIX_TRY(auto rows, call.Read(stamped));
  for (const std::string_view version : Split(rows[0].Text(0, 0), ',')) {
    stamp.versions.push_back(ParseInt(version).value_or(cache::kUnknown));
  }
  if (stamp.until_midnight && !rows[1].empty())
    stamp.midnight_in = std::chrono::milliseconds(rows[1].Int(0, 0));
  rows.erase(rows.begin(), rows.begin() + (stamp.until_midnight ? 2 : 1));
  return rows;
}

}  // namespace dialix::features
