#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/json.h"

namespace dialix {
namespace {

constexpr std::size_t kMaxDepth = 64;

const rapidjson::Value& As(const void* value) { return *static_cast<const rapidjson::Value*>(value); }

// RapidJSON's iterative parser has no depth limit of its own, and a deep tree costs stack where it is walked.
bool TooDeep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

struct JsonDocument::Impl {
  rapidjson::Document document;
};

JsonDocument::JsonDocument(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

Result<JsonDocument> JsonDocument::Parse(std::string_view text) {
  if (TooDeep(text)) return Fail(Error::Code::kMalformed, "The JSON text is nested too deeply.");
  auto impl = std::make_unique<Impl>();
  constexpr unsigned kFlags = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag |
                              rapidjson::kParseIterativeFlag;
  impl->document.Parse<kFlags>(text.data(), text.size());
  if (impl->document.HasParseError()) {
    return Fail(Error::Code::kMalformed, "The JSON text is broken at byte " +
                                             std::to_string(impl->document.GetErrorOffset()) + ": " +
                                             rapidjson::GetParseError_En(impl->document.GetParseError()));
  }
  return JsonDocument(std::move(impl));
}

std::vector<std::string> ParseTextArray(std::string_view json) {
  std::vector<std::string> texts;
  const auto document = JsonDocument::Parse(json);
  if (!document) return texts;
  for (std::size_t i = 0; i < document->Root().Size(); ++i) texts.push_back(document->Root()[i].StringOr(""));
  return texts;
}

JsonView JsonDocument::Root() const {
  return JsonView(static_cast<const rapidjson::Value*>(&impl_->document));
}

bool JsonView::IsNull() const { return value_ != nullptr && As(value_).IsNull(); }
bool JsonView::IsObject() const { return value_ != nullptr && As(value_).IsObject(); }
bool JsonView::IsArray() const { return value_ != nullptr && As(value_).IsArray(); }
bool JsonView::IsString() const { return value_ != nullptr && As(value_).IsString(); }
bool JsonView::IsNumber() const { return value_ != nullptr && As(value_).IsNumber(); }
bool JsonView::IsInt() const { return value_ != nullptr && As(value_).IsInt64(); }
bool JsonView::IsBool() const { return value_ != nullptr && As(value_).IsBool(); }

JsonView JsonView::operator[](std::string_view key) const {
  if (!IsObject()) return {};
  const rapidjson::Value name(rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size())));
  const auto member = As(value_).FindMember(name);
  return member == As(value_).MemberEnd() ? JsonView() : JsonView(&member->value);
}

JsonView JsonView::operator[](std::size_t index) const {
  if (!IsArray() || index >= As(value_).Size()) return {};
  return JsonView(&As(value_)[static_cast<rapidjson::SizeType>(index)]);
}

std::size_t JsonView::Size() const {
  if (IsArray()) return As(value_).Size();
  return IsObject() ? As(value_).MemberCount() : 0;
}

std::vector<std::string_view> JsonView::Keys() const {
  std::vector<std::string_view> keys;
  if (!IsObject()) return keys;
  for (const auto& member : As(value_).GetObject()) {
    keys.emplace_back(member.name.GetString(), member.name.GetStringLength());
  }
  return keys;
}

std::optional<std::string_view> JsonView::String() const {
  if (!IsString()) return std::nullopt;
  return std::string_view(As(value_).GetString(), As(value_).GetStringLength());
}

std::optional<std::int64_t> JsonView::Int() const {
  if (!IsInt()) return std::nullopt;
  return As(value_).GetInt64();
}

std::optional<double> JsonView::Number() const {
  if (!IsNumber()) return std::nullopt;
  return As(value_).GetDouble();
}

std::optional<bool> JsonView::Bool() const {
  if (!IsBool()) return std::nullopt;
  return As(value_).GetBool();
}

std::string JsonView::Dump() const {
  if (value_ == nullptr) return "null";
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  As(value_).Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace dialix
