#include "net/http_client.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "net/curl_handle.h"
#include "net/socket_guard.h"

namespace dialix::net {
namespace {

// What libcurl's callbacks of one exchange write to.
struct Exchange {
  const HttpRequest* request = nullptr;
  HttpResponse response;
  CURL* handle = nullptr;
  std::size_t received = 0;
  bool too_large = false;
  bool stopped_by_caller = false;
};

std::size_t OnBody(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::size_t length = size * count;
  if (length > exchange.request->max_response_bytes - exchange.received) {
    exchange.too_large = true;
    return 0;
  }
  exchange.received += length;
  const std::string_view piece(bytes, length);
  const bool success = exchange.response.status >= 200 && exchange.response.status < 300;
  if (exchange.request->on_body && success) {
    if (exchange.request->on_body(piece)) return length;
    exchange.stopped_by_caller = true;
    return 0;
  }
  exchange.response.body.append(piece);
  return length;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

std::size_t OnHeader(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::size_t length = size * count;
  const std::string_view line(bytes, length);
  if (line.starts_with("HTTP/")) {  // a new header block: forget those of an earlier "100 Continue"
    exchange.response.headers.clear();
    long status = 0;
    curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
    exchange.response.status = static_cast<int>(status);
    return length;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return length;
  std::string name(Trim(line.substr(0, colon)));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string_view value = Trim(line.substr(colon + 1));
  auto [field, is_new] = exchange.response.headers.try_emplace(std::move(name), value);
  if (!is_new) field->second.append(", ").append(value);
  return length;
}

int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& request = *static_cast<Exchange*>(user)->request;
  return request.cancel != nullptr && request.cancel->load(std::memory_order_relaxed) ? 1 : 0;
}

bool HasLineBreak(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

Status Append(CurlSlist& list, const std::string& line) {
  curl_slist* grown = curl_slist_append(list.get(), line.c_str());
  if (grown == nullptr) return Internal("curl: out of memory");
  (void)list.release();
  list.reset(grown);
  return Ok();
}

Result<CurlSlist> MakeList(const std::vector<std::string>& lines) {
  CurlSlist list;
  for (const std::string& line : lines) DIALIX_CHECK(Append(list, line));
  return list;
}

Result<CurlSlist> MakeHeaders(const HttpRequest& request) {
  CurlSlist list;
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || HasLineBreak(name) || HasLineBreak(value) || name.find(':') != std::string::npos) {
      return Fail(Error::Code::kInvalid, "The request has a header that cannot be sent.",
                  "header " + name.substr(0, 40));
    }
    // libcurl sends a field with an empty value only when it ends in a semicolon.
    DIALIX_CHECK(Append(list, value.empty() ? name + ";" : name + ": " + value));
  }
  // Without this a large body waits a second for "100 Continue" from servers that never say it.
  DIALIX_CHECK(Append(list, "Expect:"));
  return list;
}

Result<CurlMime> MakeMultipart(CURL* handle, const std::vector<MultipartPart>& parts) {
  CurlMime mime(curl_mime_init(handle));
  for (const MultipartPart& part : parts) {
    curl_mimepart* piece = mime ? curl_mime_addpart(mime.get()) : nullptr;
    if (piece == nullptr) return Internal("curl: out of memory");
    CURLcode code = curl_mime_name(piece, part.name.c_str());
    if (code == CURLE_OK) {
      code = part.file.empty() ? curl_mime_data(piece, part.content.data(), part.content.size())
                               : curl_mime_filedata(piece, part.file.c_str());
    }
    if (code == CURLE_OK && (!part.filename.empty() || !part.file.empty())) {
      code = curl_mime_filename(piece, part.filename.empty() ? nullptr : part.filename.c_str());
    }
    if (code == CURLE_OK && !part.content_type.empty())
      code = curl_mime_type(piece, part.content_type.c_str());
    if (code == CURLE_READ_ERROR) return Internal("cannot read the file to send in part '" + part.name + "'");
    if (code != CURLE_OK) return Internal(std::string("multipart: ") + curl_easy_strerror(code));
  }
  return mime;
}

void SetLimits(CURL* handle, const HttpRequest& request) {
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.total_timeout.count()));
  if (request.low_speed_bytes > 0) {
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(request.low_speed_bytes));
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.low_speed_window.count()));
  }
}

void SetPolicy(CURL* handle, const HttpRequest& request) {
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);  // signals and threads do not mix
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_PROXY,
                   "");  // the environment's *_proxy variables are none of our configuration
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "dialix/1");
  if (!request.unix_socket.empty()) {
    curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  }
}

void SetBody(CURL* handle, const HttpRequest& request, curl_mime* mime) {
  if (mime != nullptr) {
    curl_easy_setopt(handle, CURLOPT_MIMEPOST, mime);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT" ||
             request.method == "PATCH") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
  if (request.method == "HEAD")
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  else
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

Error MapError(CURLcode code, const Exchange& exchange) {
  const std::string host = UrlHost(exchange.request->url);
  const std::string detail =
      std::string("curl ") + std::to_string(code) + ": " + curl_easy_strerror(code) + " (" + host + ")";
  if (exchange.too_large) {
    return Fail(Error::Code::kUpstream, host + " sent a larger answer than is allowed.", detail);
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Fail(Error::Code::kTimeout, host + " did not answer in time.", detail);
    case CURLE_ABORTED_BY_CALLBACK:
      return Fail(Error::Code::kUnavailable, "The request was cancelled.", detail);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return Fail(Error::Code::kUnavailable, host + " cannot be reached.", detail);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Fail(Error::Code::kInvalid, "The address of the service is not a valid http or https URL.",
                  detail);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return Fail(Error::Code::kUpstream, "The certificate of " + host + " cannot be trusted.", detail);
    case CURLE_OUT_OF_MEMORY:
      return Internal(detail);
    default:
      if (exchange.stopped_by_caller)
        return Fail(Error::Code::kUnavailable, "The request was stopped.", detail);
      return Fail(Error::Code::kUpstream, host + " broke off or sent a broken answer.", detail);
  }
}

}  // namespace

std::string_view HttpResponse::Header(std::string_view lower_name) const {
  const auto found = headers.find(std::string(lower_name));
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

struct HttpClient::Impl {
  CurlPool pool;  // a client's own: a connection that another one made is not taken over
  std::optional<AddressPolicy> policy;
};

HttpClient::HttpClient() : impl_(std::make_unique<Impl>()) { EnsureCurl(); }
HttpClient::HttpClient(AddressPolicy policy) : HttpClient() { impl_->policy = std::move(policy); }
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::Send(const HttpRequest& request) const {
  CurlEasy easy = impl_->pool.Take();
  if (!easy) return Internal("curl: out of memory");
  CURL* handle = easy.get();
  if (request.url.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    return Fail(Error::Code::kInvalid, "The address of the service is not a valid http or https URL.");
  }
  DIALIX_TRY(const CurlSlist headers, MakeHeaders(request));
  CurlMime mime;
  if (!request.multipart.empty()) {
    DIALIX_TRY(mime, MakeMultipart(handle, request.multipart));
  }

  Exchange exchange{&request, {}, handle};
  SocketGuard guard;
  SetPolicy(handle, request);
  if (impl_->policy) {
    if (!request.unix_socket.empty()) return AddressNotAllowed("A unix socket may not be used here.");
    DIALIX_CHECK(guard.Attach(handle, *impl_->policy, request.url));
  }
  DIALIX_TRY(const CurlSlist resolve, MakeList(request.resolve));
  if (resolve) curl_easy_setopt(handle, CURLOPT_RESOLVE, resolve.get());
  SetLimits(handle, request);
  SetBody(handle, request, mime.get());
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, OnProgress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);

  const CURLcode code = curl_easy_perform(handle);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  mime.reset();  // before another thread may get the handle that it belongs to
  if (request.resolve.empty()) impl_->pool.Give(std::move(easy));  // the answers given would stay in it
  if (code == CURLE_COULDNT_CONNECT && guard.refused()) {
    return AddressNotAllowed(UrlHost(request.url) + " is not an address that this server may connect to.");
  }
  if (code != CURLE_OK) return MapError(code, exchange);
  exchange.response.status = static_cast<int>(status);
  return std::move(exchange.response);
}

int ParseRetryAfter(std::string_view value, std::int64_t now_unix) {
  constexpr std::int64_t kDay = 86'400;
  const std::string text(Trim(value));
  if (text.empty()) return 0;
  std::int64_t seconds = 0;
  if (std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
    for (const char digit : text) seconds = std::min(seconds * 10 + (digit - '0'), kDay);
  } else {
    const time_t when = curl_getdate(text.c_str(), nullptr);
    if (when == -1) return 0;
    seconds = static_cast<std::int64_t>(when) - now_unix;
  }
  return static_cast<int>(std::clamp<std::int64_t>(seconds, 0, kDay));
}

std::string UrlHost(std::string_view url) {
  const CurlUrl parsed(curl_url());
  char* host = nullptr;
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) {
    return "the service";
  }
  std::string name = CurlString(host).get();
  char* port = nullptr;
  if (curl_url_get(parsed.get(), CURLUPART_PORT, &port, 0) == CURLUE_OK) {
    name.append(":").append(CurlString(port).get());
  }
  return name;
}

}  // namespace dialix::net
