// ETag, If-None-Match / If-Match (RFC 9110 §8.8.3, §13.1) and the little content negotiation the API needs
// (§12.5.1). Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/request.h"
#include "http/response.h"

namespace dialix::http {

// A strong entity tag made of a hash of the text: "\"<16 hex>\"". Not for security.
[[nodiscard]] std::string MakeEtag(std::string_view content);
// The entity tags of an If-None-Match or If-Match header, as sent.
[[nodiscard]] std::vector<std::string_view> EntityTags(std::string_view list);
// Whether a client that sent this If-None-Match has that entity (weak comparison; "*" matches anything).
[[nodiscard]] bool IfNoneMatchHas(std::string_view if_none_match, std::string_view etag);
// Whether an If-Match header allows a change to that entity (strong comparison); an absent header allows it.
[[nodiscard]] bool IfMatchAllows(std::string_view if_match, std::string_view etag);

// For GET and HEAD with status 200: adds ETag (made of the body where there is none) and turns the response
// into 304 when the client has it.
[[nodiscard]] Response WithEtag(const Request& request, Response response);

// Whether the Accept header admits the media type ("application/json"); an absent or empty one admits
// everything.
[[nodiscard]] bool Accepts(std::string_view accept, std::string_view media_type);

}  // namespace dialix::http
