// JSON reading and writing (RFC 8259). The only place that knows RapidJSON; nothing of it shows here.
// JsonWriter builds text front to back. JsonDocument owns a parsed tree; JsonView points into it and must not
// outlive it. Not thread-safe; a const JsonDocument may be read from many threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dialix {

class JsonWriter {
 public:
  JsonWriter();
  ~JsonWriter();
  JsonWriter(JsonWriter&&) noexcept;
  JsonWriter& operator=(JsonWriter&&) noexcept;

  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view key);
  JsonWriter& String(std::string_view value);  // invalid UTF-8 bytes become U+FFFD
  JsonWriter& Int(std::int64_t value);
  JsonWriter& Double(double value);  // NaN and infinities become null; at most 6 decimals
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  // Copies text that is already JSON (a jsonb column); an empty text becomes null.
  JsonWriter& Raw(std::string_view json);

  // Key and value in one.
  JsonWriter& Field(std::string_view key, std::string_view value) { return Key(key).String(value); }
  JsonWriter& Field(std::string_view key, const char* value) { return Key(key).String(value); }
  JsonWriter& Field(std::string_view key, const std::string& value) { return Key(key).String(value); }
  JsonWriter& Field(std::string_view key, std::int64_t value) { return Key(key).Int(value); }
  JsonWriter& Field(std::string_view key, int value) { return Key(key).Int(value); }
  JsonWriter& Field(std::string_view key, double value) { return Key(key).Double(value); }
  JsonWriter& Field(std::string_view key, bool value) { return Key(key).Bool(value); }
  template <typename T>
  JsonWriter& Field(std::string_view key, const std::optional<T>& value) {
    return value ? Field(key, *value) : Key(key).Null();
  }
  JsonWriter& Field(std::string_view key, const std::optional<std::string>& value) {
    return value ? Field(key, std::string_view(*value)) : Key(key).Null();
  }
  JsonWriter& RawField(std::string_view key, std::string_view json) { return Key(key).Raw(json); }

  // The text so far; the writer is empty afterwards.
  [[nodiscard]] std::string Take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A read-only view of one JSON value. A default-made view stands for "absent" and answers false to every Is….
class JsonView {
 public:
  JsonView() = default;

  [[nodiscard]] bool Exists() const { return value_ != nullptr; }
  [[nodiscard]] bool IsNull() const;
  [[nodiscard]] bool IsObject() const;
  [[nodiscard]] bool IsArray() const;
  [[nodiscard]] bool IsString() const;
  [[nodiscard]] bool IsNumber() const;
  [[nodiscard]] bool IsInt() const;  // a whole number that fits int64
  [[nodiscard]] bool IsBool() const;

  // Member of an object; absent where there is none or this is no object.
  [[nodiscard]] JsonView operator[](std::string_view key) const;
  // Element of an array; absent past its end.
  [[nodiscard]] JsonView operator[](std::size_t index) const;
  // Members of an object or elements of an array; 0 for anything else.
  [[nodiscard]] std::size_t Size() const;
  [[nodiscard]] std::vector<std::string_view> Keys() const;

  [[nodiscard]] std::optional<std::string_view> String() const;
  [[nodiscard]] std::optional<std::int64_t> Int() const;
  [[nodiscard]] std::optional<double> Number() const;
  [[nodiscard]] std::optional<bool> Bool() const;
  [[nodiscard]] std::string StringOr(std::string_view fallback) const {
    return std::string(String().value_or(fallback));
  }
  [[nodiscard]] std::int64_t IntOr(std::int64_t fallback) const { return Int().value_or(fallback); }
  [[nodiscard]] double NumberOr(double fallback) const { return Number().value_or(fallback); }
  [[nodiscard]] bool BoolOr(bool fallback) const { return Bool().value_or(fallback); }
  // The value as JSON text again.
  [[nodiscard]] std::string Dump() const;

 private:
  friend class JsonDocument;
  explicit JsonView(const void* value) : value_(value) {}
  const void* value_ = nullptr;
};

// The texts of a JSON array, as PostgreSQL's to_json(text[]) writes it; empty for anything else.
[[nodiscard]] std::vector<std::string> ParseTextArray(std::string_view json);

class JsonDocument {
 public:
  // Parses the whole text: strict RFC 8259, valid UTF-8, at most 64 levels deep.
  // Errors: kMalformed with the byte offset and what was expected.
  static Result<JsonDocument> Parse(std::string_view text);

  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;

  [[nodiscard]] JsonView Root() const;
  [[nodiscard]] JsonView operator[](std::string_view key) const { return Root()[key]; }

 private:
  struct Impl;
  explicit JsonDocument(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dialix
