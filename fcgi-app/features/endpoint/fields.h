// Reads a request's fields into typed values and collects every error on the way, so that the client learns
// of all of them at once. One thread's, one request's.
//
//   Fields fields(document.Root(), {"name", "code"});
//   const auto name = fields.RequiredText("name", 1, 200);
//   if (!fields.ok()) return fields.TakeError();
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "http/request.h"

namespace dialix::features {

class FieldErrors {
 public:
  void Add(std::string path, std::string code, std::string message) {
    errors_.push_back({std::move(path), std::move(code), std::move(message)});
  }
  [[nodiscard]] bool ok() const { return errors_.empty(); }
  [[nodiscard]] Error TakeError();

  // Checks of one value that is text already (a form field, a query parameter). Nothing, and an error noted,
  // where it is wrong. Lengths are in code points.
  std::optional<std::string> Text(std::string_view path, std::string_view value, std::size_t min,
                                  std::size_t max);
  std::optional<std::string> Uuid(std::string_view path, std::string_view value);
  std::optional<std::string> OneOf(std::string_view path, std::string_view value,
                                   std::initializer_list<std::string_view> allowed);
  std::optional<std::int64_t> Int(std::string_view path, std::string_view value, std::int64_t min,
                                  std::int64_t max);
  std::optional<double> Number(std::string_view path, std::string_view value, double min, double max);
  std::optional<bool> Flag(std::string_view path, std::string_view value);         // "true" | "false"
  std::optional<std::string> Date(std::string_view path, std::string_view value);  // "2026-11-23"
  std::optional<TimePoint> Time(std::string_view path, std::string_view value);
  std::optional<std::string> Phone(std::string_view path, std::string_view value);         // ^\+?[0-9]{3,15}$
  std::optional<std::string> OperatorCode(std::string_view path, std::string_view value);  // three digits

 private:
  std::vector<FieldError> errors_;
};

// The members of a JSON object. A member that is not allowed is an error ("unknown_field").
class Fields : public FieldErrors {
 public:
  Fields(JsonView object, std::initializer_list<std::string_view> allowed);

  [[nodiscard]] bool Has(std::string_view name) const { return object_[name].Exists(); }
  [[nodiscard]] bool IsNull(std::string_view name) const { return object_[name].IsNull(); }
  [[nodiscard]] JsonView Get(std::string_view name) const { return object_[name]; }
  // An error unless at least one allowed member is there (for PATCH).
  void RequireAny();
  // An error for each of these that is not there (for POST).
  void RequireAll(std::initializer_list<std::string_view> names);

  // Required…: absent or null is an error. Optional…: absent or null gives nothing and no error; a null where
  // null means "clear it" is told apart by IsNull.
  std::string RequiredText(std::string_view name, std::size_t min, std::size_t max);
  std::optional<std::string> OptionalText(std::string_view name, std::size_t min, std::size_t max);
  // A name or title that people read: 1 to 200 characters without the blanks around it.
  std::optional<std::string> OptionalName(std::string_view name);
  std::optional<std::string> OptionalUuid(std::string_view name);
  std::optional<std::string> OptionalOneOf(std::string_view name,
                                           std::initializer_list<std::string_view> allowed);
  std::optional<std::int64_t> OptionalInt(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<bool> OptionalBool(std::string_view name);
  std::optional<std::vector<std::string>> OptionalTextList(std::string_view name, std::size_t max_items,
                                                           std::size_t max_length);
  // For members that may not be null: notes an error if the member is there and null.
  void RefuseNull(std::initializer_list<std::string_view> names);

 private:
  void Required(std::string_view name);
  void Type(std::string_view name, std::string_view expected);
  JsonView object_;
};

// The query's parameters, checked against a list of allowed names ("company_id" is always allowed).
class QueryFields : public FieldErrors {
 public:
  QueryFields(const http::QueryParams& query, std::initializer_list<std::string_view> allowed);
  [[nodiscard]] std::optional<std::string_view> Raw(std::string_view name) const { return query_.Get(name); }

  std::optional<std::string> Text(std::string_view name, std::size_t min, std::size_t max);
  std::optional<std::string> Uuid(std::string_view name);
  std::optional<std::string> OneOf(std::string_view name, std::initializer_list<std::string_view> allowed);
  std::optional<double> Number(std::string_view name, double min, double max);
  std::optional<bool> Flag(std::string_view name);
  std::optional<std::string> Date(std::string_view name);
  int Limit(int fallback = 50, int max = 200);  // ?limit=

 private:
  const http::QueryParams& query_;
};

}  // namespace dialix::features
