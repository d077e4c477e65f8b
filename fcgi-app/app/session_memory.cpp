#include "app/session_memory.h"

#include <algorithm>

namespace dialix::app {

std::vector<cache::Change> Identity::Changes() const {
  std::vector<cache::Change> changes;
  for (std::size_t i = 0; i < scopes.size(); ++i) changes.push_back({scopes[i], versions[i]});
  return changes;
}

IdentityPtr SessionMemory::Find(std::string_view token_hash, Clock::time_point now) {
  IdentityPtr identity = sessions_.Find(token_hash);
  if (identity && now < identity->trusted_until) return identity;
  return nullptr;
}

IdentityPtr SessionMemory::Remember(std::string_view token_hash, const features::FoundSession& found,
                                    Clock::time_point asked_at) {
  auto identity = std::make_shared<Identity>();
  identity->principal = found.principal;
  identity->scopes.push_back(cache::AccountScope(found.principal.account_id));
  identity->versions.push_back(found.account_version);
  if (!found.principal.company_id.empty()) {
    identity->scopes.push_back(cache::CompanyScope(found.principal.company_id, cache::Kind::kAccess));
    identity->versions.push_back(found.access_version);
  }
  // PostgreSQL notes the last use once a minute and hears of none while we trust: a tenth of the idle time,
  // so that nobody who works is logged out, and whoever went is logged out little early.
  const std::chrono::milliseconds idle = session_idle_ - std::chrono::minutes(1);
  const std::chrono::milliseconds trust =
      std::min({std::chrono::milliseconds(kTrust), idle / 10, found.ends_in});
  identity->trusted_until = asked_at + std::max(trust, std::chrono::milliseconds(0));
  const bool known = std::find(identity->versions.begin(), identity->versions.end(), cache::kUnknown) ==
                     identity->versions.end();
  if (known && trust.count() > 0) {
    const auto& branches = identity->principal.branches;
    sessions_.Put(token_hash, identity, sizeof(Identity) + 512 + (branches ? branches->bytes() : 0));
  }
  return identity;
}

}  // namespace dialix::app
