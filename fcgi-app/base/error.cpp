#include "base/result.h"

namespace dialix {

int HttpStatus(Error::Code code) {
  switch (code) {
    case Error::Code::kMalformed:
      return 400;
    case Error::Code::kUnauthenticated:
      return 401;
    case Error::Code::kPaymentRequired:
      return 402;
    case Error::Code::kForbidden:
      return 403;
    case Error::Code::kNotFound:
      return 404;
    case Error::Code::kMethodNotAllowed:
      return 405;
    case Error::Code::kNotAcceptable:
      return 406;
    case Error::Code::kTimeout:
      return 408;
    case Error::Code::kConflict:
      return 409;
    case Error::Code::kGone:
      return 410;
    case Error::Code::kPreconditionFailed:
      return 412;
    case Error::Code::kTooLarge:
      return 413;
    case Error::Code::kUnsupportedMedia:
      return 415;
    case Error::Code::kRangeNotSatisfiable:
      return 416;
    case Error::Code::kInvalid:
      return 422;
    case Error::Code::kTooManyRequests:
      return 429;
    case Error::Code::kInternal:
      return 500;
    case Error::Code::kUpstream:
      return 502;
    case Error::Code::kUnavailable:
      return 503;
  }
  return 500;
}

std::string_view DefaultSlug(Error::Code code) {
  switch (code) {
    case Error::Code::kMalformed:
      return "malformed";
    case Error::Code::kUnauthenticated:
      return "unauthenticated";
    case Error::Code::kPaymentRequired:
      return "insufficient_balance";
    case Error::Code::kForbidden:
      return "forbidden";
    case Error::Code::kNotFound:
      return "not_found";
    case Error::Code::kMethodNotAllowed:
      return "method_not_allowed";
    case Error::Code::kNotAcceptable:
      return "not_acceptable";
    case Error::Code::kTimeout:
      return "timeout";
    case Error::Code::kConflict:
      return "conflict";
    case Error::Code::kGone:
      return "gone";
    case Error::Code::kPreconditionFailed:
      return "precondition_failed";
    case Error::Code::kTooLarge:
      return "too_large";
    case Error::Code::kUnsupportedMedia:
      return "unsupported_media";
    case Error::Code::kRangeNotSatisfiable:
      return "range_not_satisfiable";
    case Error::Code::kInvalid:
      return "invalid";
    case Error::Code::kTooManyRequests:
      return "too_many_requests";
    case Error::Code::kInternal:
      return "internal";
    case Error::Code::kUpstream:
      return "upstream_failed";
    case Error::Code::kUnavailable:
      return "unavailable";
  }
  return "internal";
}

Error Fail(Error::Code code, std::string public_message, std::string internal_detail) {
  return Error{
      code, std::string(DefaultSlug(code)), std::move(public_message), std::move(internal_detail), {}, 0, {}};
}

Error Internal(std::string internal_detail) {
  return Fail(Error::Code::kInternal, "Something went wrong on our side.", std::move(internal_detail));
}

}  // namespace dialix
