#include "store/sql_error.h"

#include <string>

#include "base/text.h"

namespace dialix::store {
namespace {

std::string Field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

Error::Code CodeOf(const std::string& state) {
  if (state == "DX002" || state == "23505" || state == "23P01" || state == "40001" || state == "40P01")
    return Error::Code::kConflict;
  if (state == "DX001") return Error::Code::kGone;
  const std::string category = state.substr(0, 2);
  if (category == "23" || category == "22") return Error::Code::kInvalid;
  if (category == "08" || category == "53" || category == "57") return Error::Code::kUnavailable;
  return Error::Code::kInternal;
}

const char* Message(Error::Code code) {
  switch (code) {
    case Error::Code::kConflict:
      return "It conflicts with something that exists already.";
    case Error::Code::kGone:
      return "Somebody else is working on it.";
    case Error::Code::kInvalid:
      return "A value is not acceptable.";
    case Error::Code::kUnavailable:
      return "The database is busy. Try again in a moment.";
    default:
      return "Something went wrong on our side.";
  }
}

}  // namespace

Error SqlError(const PGresult* result, std::string_view statement_name) {
  const std::string state = Field(result, PG_DIAG_SQLSTATE);
  const Error::Code code = CodeOf(state);
  Error error = Fail(code, Message(code));
  error.internal_detail = "sql " + std::string(statement_name) + " " + state + " [" +
                          Field(result, PG_DIAG_CONSTRAINT_NAME) + "] " +
                          Field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (code == Error::Code::kUnavailable) error.retry_after_s = 1;
  if (state == "DX002") error.slug = kSeenBefore;
  if (state == "40001" || state == "40P01") error.slug = kTransactionConflict;
  return error;
}

Error Behind() {
  Error error = Fail(Error::Code::kUnavailable, Message(Error::Code::kUnavailable), "replica is behind");
  error.slug = kBehind;
  error.retry_after_s = 1;
  return error;
}

Error ConnectionError(std::string_view detail) {
  Error error = Fail(Error::Code::kUnavailable, "The database cannot be reached. Try again in a moment.",
                     "database connection: " + std::string(Trim(detail)));
  error.slug = kUnreachable;
  error.retry_after_s = 1;
  return error;
}

bool Violates(const Error& error, std::string_view constraint) {
  return error.internal_detail.find("[" + std::string(constraint) + "]") != std::string::npos;
}

}  // namespace dialix::store
