// Result<T>: a value or an Error. Every fallible function in the house returns one; exceptions are for
// bugs and bad_alloc only and are caught once at a worker's rim.
// Plain values, no locks: as thread-safe as any other value.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dialix {

// One wrong field of a request; `path` is the field's name ("client_phone_number", "segments[0].title").
struct FieldError {
  std::string path;
  std::string code;     // machine readable: "required", "too_long", "not_found", …
  std::string message;  // for people, English
};

struct Error {
  enum class Code {
    kMalformed,            // 400: cannot be parsed at all
    kUnauthenticated,      // 401
    kPaymentRequired,      // 402: balance does not cover it
    kForbidden,            // 403
    kNotFound,             // 404
    kMethodNotAllowed,     // 405
    kNotAcceptable,        // 406
    kTimeout,              // 408: the client was too slow
    kConflict,             // 409
    kGone,                 // 410
    kPreconditionFailed,   // 412
    kTooLarge,             // 413
    kUnsupportedMedia,     // 415
    kRangeNotSatisfiable,  // 416
    kInvalid,              // 422: parsed, but fields are wrong
    kTooManyRequests,      // 429
    kInternal,             // 500
    kUpstream,             // 502: an outside service failed
    kUnavailable,          // 503: database away, pool exhausted
  };

  Code code = Code::kInternal;
  std::string slug;             // stable, snake_case, what a client switches on: "insufficient_balance"
  std::string public_message;   // goes to the client
  std::string internal_detail;  // goes to the log only
  std::vector<FieldError> fields;
  int retry_after_s = 0;  // > 0: sent as Retry-After
  // Extension members of the problem (RFC 9457 §3.2): name, value as JSON text.
  std::vector<std::pair<std::string, std::string>> extensions;
};

// The HTTP status of a code (RFC 9110). The only such switch in the house.
[[nodiscard]] int HttpStatus(Error::Code code);
// The default slug of a code, used where Error::slug is empty.
[[nodiscard]] std::string_view DefaultSlug(Error::Code code);

[[nodiscard]] Error Fail(Error::Code code, std::string public_message, std::string internal_detail = {});
// An internal error whose cause only the log sees.
[[nodiscard]] Error Internal(std::string internal_detail);

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRES: ok().
  [[nodiscard]] T& value() & { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }

  // REQUIRES: !ok().
  [[nodiscard]] Error& error() & { return std::get<1>(state_); }
  [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
  [[nodiscard]] Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

// The result of something that has no value.
struct Done {};
using Status = Result<Done>;
[[nodiscard]] inline Status Ok() { return Done{}; }

}  // namespace dialix

#define DIALIX_CONCAT_(a, b) a##b
#define DIALIX_CONCAT(a, b) DIALIX_CONCAT_(a, b)

// DIALIX_TRY(auto x, Compute()): x is the value, or the enclosing function returns the error.
#define DIALIX_TRY(declaration, expression) \
  DIALIX_TRY_(declaration, expression, DIALIX_CONCAT(result_, __LINE__))
#define DIALIX_TRY_(declaration, expression, temporary)     \
  auto temporary = (expression);                            \
  if (!temporary.ok()) return std::move(temporary).error(); \
  declaration = std::move(temporary).value()

// DIALIX_CHECK(Act()): returns the error if there is one.
#define DIALIX_CHECK(expression)                                                    \
  do {                                                                              \
    if (auto check_ = (expression); !check_.ok()) return std::move(check_).error(); \
  } while (false)
