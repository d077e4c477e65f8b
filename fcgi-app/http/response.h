// One HTTP response as a plain value: status, headers, body. Written in one piece by the FastCGI adapter.
// Large files never pass through here: they go out by X-Accel-Redirect. What is long and made on the way (an
// export) has a BodySource.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace dialix::http {

// Gives a body piece by piece: true, and `piece` holds some of it; false: that was all. What fails on the way
// cuts the connection, so that the client sees that it has not all of it. Called by the request's thread.
using BodySource = std::function<Result<bool>(std::string& piece)>;

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body = nullptr;  // in place of `body`, not copied: from the cache
  BodySource source = nullptr;                               // in place of both

  [[nodiscard]] const std::string& Body() const { return shared_body ? *shared_body : body; }

  // Adds a header. A CR, LF or NUL in name or value is a bug of the caller: the header is dropped and logged
  // by the adapter, so nothing can split the response.
  Response& Add(std::string name, std::string value);
  // Replaces every header of that name (case-insensitive).
  Response& Set(std::string_view name, std::string value);
  [[nodiscard]] std::string_view Header(std::string_view name) const;

  [[nodiscard]] static Response Json(std::string body, int status = 200);
  [[nodiscard]] static Response NoContent();
  [[nodiscard]] static Response Text(std::string body, int status = 200);
};

}  // namespace dialix::http
