#include "http/problem.h"

#include <string>

#include "base/json.h"

namespace dialix::http {

Response ProblemResponse(const Error& error, std::string_view request_id) {
  const int status = HttpStatus(error.code);
  JsonWriter json;
  json.BeginObject();
  json.Field("type", "about:blank").Field("title", ReasonPhrase(status)).Field("status", status);
  json.Field("detail", error.public_message);
  json.Field("code", error.slug.empty() ? DefaultSlug(error.code) : std::string_view(error.slug));
  json.Field("request_id", request_id);
  json.Key("errors").BeginArray();
  for (const FieldError& field : error.fields) {
    json.BeginObject().Field("path", field.path).Field("code", field.code).Field("message", field.message);
    json.EndObject();
  }
  json.EndArray();
  for (const auto& [name, value] : error.extensions) json.RawField(name, value);
  json.EndObject();

  Response response{status, {{"Content-Type", "application/problem+json"}}, json.Take(), nullptr};
  response.Add("Cache-Control", "no-store");
  if (error.retry_after_s > 0) response.Add("Retry-After", std::to_string(error.retry_after_s));
  return response;
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

}  // namespace dialix::http
