#include "features/endpoint/fields.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/uuid.h"

namespace dialix::features {
namespace {

bool Contains(std::initializer_list<std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Error FieldErrors::TakeError() {
  Error error = Fail(Error::Code::kInvalid, "Some fields are wrong.");
  error.fields = std::move(errors_);
  return error;
}

std::optional<std::string> FieldErrors::Text(std::string_view path, std::string_view value, std::size_t min,
                                             std::size_t max) {
  const std::size_t length = Utf8Length(value);
  if (!IsValidUtf8(value) || value.find('\0') != std::string_view::npos) {
    Add(std::string(path), "encoding", "must be text without null characters");
  } else if (length < min) {
    Add(std::string(path), "too_short",
        min == 1 ? "must not be empty" : "must have at least " + std::to_string(min) + " characters");
  } else if (length > max) {
    Add(std::string(path), "too_long", "must have at most " + std::to_string(max) + " characters");
  } else {
    return std::string(value);
  }
  return std::nullopt;
}

std::optional<std::string> FieldErrors::Uuid(std::string_view path, std::string_view value) {
  if (IsUuid(value)) return ToLowerAscii(value);
  Add(std::string(path), "format", "must be a UUID");
  return std::nullopt;
}

std::optional<std::string> FieldErrors::OneOf(std::string_view path, std::string_view value,
                                              std::initializer_list<std::string_view> allowed) {
  if (Contains(allowed, value)) return std::string(value);
  std::string names;
  for (const std::string_view name : allowed) names += (names.empty() ? "" : ", ") + std::string(name);
  Add(std::string(path), "not_allowed", "must be one of " + names);
  return std::nullopt;
}

std::optional<std::int64_t> FieldErrors::Int(std::string_view path, std::string_view value, std::int64_t min,
                                             std::int64_t max) {
  const auto number = ParseInt(value);
  if (number && *number >= min && *number <= max) return number;
  Add(std::string(path), number ? "out_of_range" : "type",
      "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

std::optional<double> FieldErrors::Number(std::string_view path, std::string_view value, double min,
                                          double max) {
  const auto number = ParseDouble(value);
  if (number && *number >= min && *number <= max) return number;
  Add(std::string(path), number ? "out_of_range" : "type",
      "must be a number from " + std::to_string(static_cast<long>(min)) + " to " +
          std::to_string(static_cast<long>(max)));
  return std::nullopt;
}

std::optional<bool> FieldErrors::Flag(std::string_view path, std::string_view value) {
  if (value == "true") return true;
  if (value == "false") return false;
  Add(std::string(path), "type", "must be true or false");
  return std::nullopt;
}

std::optional<std::string> FieldErrors::Date(std::string_view path, std::string_view value) {
  if (ParseDate(value)) return std::string(value);
  Add(std::string(path), "format", "must be a date such as 2026-11-23");
  return std::nullopt;
}

std::optional<TimePoint> FieldErrors::Time(std::string_view path, std::string_view value) {
  const auto time = ParseUtc(value);
  if (!time) Add(std::string(path), "format", "must be a time such as 2026-11-23T08:15:00Z");
  return time;
}

std::optional<std::string> FieldErrors::Phone(std::string_view path, std::string_view value) {
  std::string_view digits = value;
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  if (digits.size() >= 3 && digits.size() <= 15 && AllDigits(digits)) return std::string(value);
  Add(std::string(path), "pattern", "must be 3 to 15 digits, with an optional leading +");
  return std::nullopt;
}

std::optional<std::string> FieldErrors::OperatorCode(std::string_view path, std::string_view value) {
  if (value.size() == 3 && AllDigits(value)) return std::string(value);
  Add(std::string(path), "pattern", "must be three digits");
  return std::nullopt;
}

Fields::Fields(JsonView object, std::initializer_list<std::string_view> allowed) : object_(object) {
  std::set<std::string_view> seen;
  for (const std::string_view key : object.Keys()) {
    if (!Contains(allowed, key)) Add(std::string(key), "unknown_field", "is not a field of this request");
    if (!seen.insert(key).second) Add(std::string(key), "duplicate", "is given twice");
  }
}

void Fields::RequireAny() {
  if (object_.Size() == 0) Add("", "required", "Give at least one field to change.");
}

void Fields::RequireAll(std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (!Has(name)) Required(name);
  }
}

void Fields::Required(std::string_view name) { Add(std::string(name), "required", "is required"); }
void Fields::Type(std::string_view name, std::string_view expected) {
  Add(std::string(name), "type", "must be " + std::string(expected));
}

void Fields::RefuseNull(std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (IsNull(name)) Add(std::string(name), "type", "must not be null");
  }
}

std::string Fields::RequiredText(std::string_view name, std::size_t min, std::size_t max) {
  if (!Has(name) || IsNull(name)) {
    Required(name);
    return {};
  }
  return OptionalText(name, min, max).value_or("");
}

std::optional<std::string> Fields::OptionalText(std::string_view name, std::size_t min, std::size_t max) {
  const JsonView value = object_[name];
  if (!value.Exists() || value.IsNull()) return std::nullopt;
  if (!value.IsString()) {
    Type(name, "a text");
    return std::nullopt;
  }
  return Text(name, *value.String(), min, max);
}

std::optional<std::string> Fields::OptionalName(std::string_view name) {
  const JsonView value = object_[name];
  if (!value.IsString()) return OptionalText(name, 1, 200);
  return Text(name, Trim(*value.String()), 1, 200);
}

std::optional<std::string> Fields::OptionalUuid(std::string_view name) {
  const auto text = OptionalText(name, 0, 100);
  return text ? Uuid(name, *text) : std::nullopt;
}

std::optional<std::string> Fields::OptionalOneOf(std::string_view name,
                                                 std::initializer_list<std::string_view> allowed) {
  const auto text = OptionalText(name, 0, 1000);
  return text ? OneOf(name, *text, allowed) : std::nullopt;
}

std::optional<std::int64_t> Fields::OptionalInt(std::string_view name, std::int64_t min, std::int64_t max) {
  const JsonView value = object_[name];
  if (!value.Exists() || value.IsNull()) return std::nullopt;
  const auto number = value.Int();
  if (!number) {
    Type(name, "a whole number");
  } else if (*number < min || *number > max) {
    Add(std::string(name), "out_of_range",
        "must be from " + std::to_string(min) + " to " + std::to_string(max));
  } else {
    return number;
  }
  return std::nullopt;
}

std::optional<bool> Fields::OptionalBool(std::string_view name) {
  const JsonView value = object_[name];
  if (!value.Exists() || value.IsNull()) return std::nullopt;
  if (!value.IsBool()) Type(name, "true or false");
  return value.Bool();
}

std::optional<std::vector<std::string>> Fields::OptionalTextList(std::string_view name, std::size_t max_items,
                                                                 std::size_t max_length) {
  const JsonView value = object_[name];
  if (!value.Exists() || value.IsNull()) return std::nullopt;
  if (!value.IsArray()) {
    Type(name, "a list of texts");
    return std::nullopt;
  }
  if (value.Size() > max_items) {
    Add(std::string(name), "too_many", "must have at most " + std::to_string(max_items) + " entries");
    return std::nullopt;
  }
  std::vector<std::string> items;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < value.Size(); ++i) {
    const std::string path = std::string(name) + "[" + std::to_string(i) + "]";
    const auto text = value[i].String();
    if (!text) {
      Type(path, "a text");
    } else if (auto checked = Text(path, Trim(*text), 1, max_length)) {
      if (!seen.insert(*checked).second) Add(path, "duplicate", "is given twice");
      items.push_back(std::move(*checked));
    }
  }
  return items;
}

QueryFields::QueryFields(const http::QueryParams& query, std::initializer_list<std::string_view> allowed)
    : query_(query) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : query.Pairs()) {
    if (name != "company_id" && !Contains(allowed, name))
      Add(name, "unknown_field", "is not a parameter of this request");
    if (!seen.insert(name).second) Add(name, "duplicate", "is given twice");
  }
}

std::optional<std::string> QueryFields::Text(std::string_view name, std::size_t min, std::size_t max) {
  const auto raw = query_.Get(name);
  return raw ? FieldErrors::Text(name, *raw, min, max) : std::nullopt;
}
std::optional<std::string> QueryFields::Uuid(std::string_view name) {
  const auto raw = query_.Get(name);
  return raw ? FieldErrors::Uuid(name, *raw) : std::nullopt;
}
std::optional<std::string> QueryFields::OneOf(std::string_view name,
                                              std::initializer_list<std::string_view> allowed) {
  const auto raw = query_.Get(name);
  return raw ? FieldErrors::OneOf(name, *raw, allowed) : std::nullopt;
}
std::optional<double> QueryFields::Number(std::string_view name, double min, double max) {
  const auto raw = query_.Get(name);
  return raw ? FieldErrors::Number(name, *raw, min, max) : std::nullopt;
}
std::optional<bool> QueryFields::Flag(std::string_view name) {
  const auto raw = query_.Get(name);
  return raw ? FieldErrors::Flag(name, *raw) : std::nullopt;
}
std::optional<std::string> QueryFields::Date(std::string_view name) {
  const auto raw = query_.Get(name);
  return raw ? FieldErrors::Date(name, *raw) : std::nullopt;
}
int QueryFields::Limit(int fallback, int max) {
  const auto raw = query_.Get("limit");
  return raw ? static_cast<int>(Int("limit", *raw, 1, max).value_or(fallback)) : fallback;
}

}  // namespace dialix::features
