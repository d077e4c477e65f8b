// The SQL of erasures: asking for one and reading how far it is. The analyzers do it (fcgi-app/privacy/). One
// round trip each.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features::erasures {

// One call, or one number everywhere.
struct Request {
  std::string record_id;  // empty: a number
  std::string phone;      // digits; empty: a call
  std::string phone_hash;
  bool redact_spoken = false;
  std::string reason;
};

// The erasure as JSON. Errors: kNotFound where there is no such call, or it is erased already.
[[nodiscard]] Result<std::string> Insert(Call& call, const std::string& id, const Request& request);
[[nodiscard]] Result<std::string> Find(Call& call, const std::string& id);
// {items,next_cursor}, the newest first.
struct Page {
  int limit = 50;
  std::optional<std::string> before_time;
  std::optional<std::string> before_id;
};
[[nodiscard]] Result<std::string> List(Call& call, const Page& page);
// The signed receipt. Errors: kNotFound; kConflict (erasure_under_way).
[[nodiscard]] Result<std::string> ReadReceipt(Call& call, const std::string& id);

}  // namespace dialix::features::erasures
