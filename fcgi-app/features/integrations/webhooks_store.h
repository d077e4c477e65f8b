// The SQL of webhooks and of what was delivered to them. Secrets come and go as Fernet tokens. One round trip
// each; every change is noted without the secret.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "features/endpoint/endpoint.h"

namespace dialix::features::webhooks {

inline constexpr int kMostPerCompany = 20;

struct Change {
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> events;
  std::optional<bool> active;
};

struct Filter {
  int limit = 50;
  std::optional<std::string> after_time;
  std::optional<std::string> after_id;
};

struct Sealed {
  std::string json;
  std::string token;  // the secret
};

[[nodiscard]] Result<store::Rows> List(Call& call, const Filter& filter);
// Errors: kConflict with slug "too_many_webhooks".
[[nodiscard]] Result<std::string> Insert(Call& call, const std::string& id, const Change& input,
                                         const std::string& token);
[[nodiscard]] Result<std::string> Find(Call& call, const std::string& id);
[[nodiscard]] Result<std::string> Update(Call& call, const std::string& id, const Change& change);
[[nodiscard]] Status Erase(Call& call, const std::string& id);
// Replaces the secret.
[[nodiscard]] Result<std::string> Reseal(Call& call, const std::string& id, const std::string& token);
// The webhook with its secret, for a trial that is noted.
[[nodiscard]] Result<Sealed> ReadForTest(Call& call, const std::string& id);
// The deliveries of a webhook, the newest first. Errors: kNotFound.
[[nodiscard]] Result<store::Rows> Deliveries(Call& call, const std::string& id, const Filter& filter);

}  // namespace dialix::features::webhooks
