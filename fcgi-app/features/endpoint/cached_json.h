// Cached reads of the API: the answer from the cache, 304 before any body, or one batch of SQL. The endpoint
// must declare its scopes (Endpoint::cached_by), the key must hold all else that decides the body. One
// thread's.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "cache/cache_key.h"
#include "features/endpoint/endpoint.h"

namespace dialix::features {

struct CachePolicy {
  std::chrono::seconds ttl{0};  // 0: REDIS_CACHE_TTL
  bool until_midnight = false;  // the body says "today": it ends with the company's day
};

// A key that begins with the name and the call's company.
[[nodiscard]] cache::CacheKey KeyOf(const Call& call, std::string_view name);

// The same with every parameter of the query, in canonical order: for lists that read many.
[[nodiscard]] cache::CacheKey KeyOfQuery(const Call& call, std::string_view name);

// 200 with the body and a weak ETag of the data's versions, or 304 where the client has it. `read` gives the
// body with exactly one call.Run or call.Query, which carries the versions' look-up along. Errors: `read`'s;
// they are not cached.
[[nodiscard]] Result<http::Response> CachedJson(Call& call, cache::CacheKey key,
                                                const std::function<Result<std::string>()>& read,
                                                CachePolicy policy = {});

// Called from within `read`: what it gives now depends on something that the declared scopes do not tell of,
// so it is told to who waits for it and not kept.
void DoNotKeep(Call& call);

// Runs the batch with the look-up of versions before it, in one round trip. For Call::Run.
[[nodiscard]] Result<std::vector<store::Rows>> RunStamped(Call& call, const store::Batch& batch);

}  // namespace dialix::features
