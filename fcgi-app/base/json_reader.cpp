#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/json.h"
#include "base/text.h"

namespace dialix {
namespace {

constexpr std::size_t kMaxDepth = 64;

const rapidjson::Value& As(const void* value) { return *static_cast<const rapidjson::Value*>(value); }

// What RapidJSON 1.1 has to be kept from, found in one walk outside of strings.
struct Hazards {
  std::string broken;  // why the text is no JSON for us; empty: it may be
  // Its number reader takes a zero with an exponent (0e300) for any number whatever: clz(0),
  // DiyFp::Normalize.
  std::vector<std::string_view> zeros;
  // And, as badly, a number whose first 20 digits are those of 2^64-1 and whose next rounds up: it carries
  // into a zero. The digits that do.
  std::vector<const char*> carries;
};

// RFC 8259 §6: [-] 0|1-9… [. 0-9…] [e|E [+|-] 0-9…].
bool IsNumber(std::string_view text) {
  const auto digits = [&text] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (!text.starts_with('e') && !text.starts_with('E')) return text.empty();
  text.remove_prefix(1);
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return digits() > 0 && text.empty();
}

// The digit by which RapidJSON would round 2^64-1 up; null: there is none. Below the precision of a double.
const char* FindCarry(std::string_view number) {
  constexpr std::string_view kMost = "18446744073709551615";
  std::size_t matched = 0;
  for (const char& c : number) {
    if (c == 'e' || c == 'E') break;
    if (c == '-' || c == '.' || (c == '0' && matched == 0)) continue;
    if (matched == kMost.size()) return c >= '5' ? &c : nullptr;
    if (c != kMost[matched++]) return nullptr;
  }
  return nullptr;
}

// Looks at a number that is more than a few digits: one that fits no double makes RapidJSON read behind its
// table of powers.
void CheckNumber(std::string_view number, Hazards& found) {
  if (number.size() <= 17 && number.find_first_of("eE") == std::string_view::npos) return;
  if (!IsNumber(number)) {
    found.broken = "a number is none";
    return;
  }
  const double value = std::strtod(std::string(number).c_str(), nullptr);  // no program of ours sets a locale
  if (value == 0) found.zeros.push_back(number);
  if (!std::isfinite(value)) found.broken = "a number is too large";
  if (const char* carry = FindCarry(number)) found.carries.push_back(carry);
}

// From an opening quote to the closing one. A second half of a character (RFC 8259 §8.2) without its first,
// which RapidJSON lets pass, would be no UTF-8.
std::size_t SkipString(std::string_view text, std::size_t i, Hazards& found) {
  while (++i < text.size() && text[i] != '"') {
    if (text[i] != '\\') continue;
    const std::string lead = ToLowerAscii(text.substr(i + 1, 3));
    const bool half = lead.size() == 3 && lead.starts_with("ud") && lead[2] >= '8' && lead[2] <= 'f';
    if (half && lead[2] >= 'c') found.broken = "an escape is half a character";
    i += half ? 11 : 1;  // of a pair, whose second RapidJSON insists on
  }
  return i;
}

Hazards FindHazards(std::string_view text) {
  Hazards found;
  if (text.find('\0') != std::string_view::npos)
    found.broken = "it contains a NUL byte";  // to RapidJSON, the end
  // It skips the last bytes of a byte order mark too, without the first.
  const bool starts_well =
      text.empty() || static_cast<unsigned char>(text[0]) < 0x80 || text.starts_with("\xEF\xBB\xBF");
  if (!starts_well) found.broken = "it begins with a byte of nothing";
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size() && found.broken.empty(); ++i) {
    const char c = text[i];
    if (c == '"') {
      i = SkipString(text, i, found);
    } else if (c == '{' || c == '[') {
      // Its iterative parser has no limit of its own, and a deep tree costs stack where it is walked.
      if (++depth > kMaxDepth) found.broken = "it is nested too deeply";
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      const std::size_t end = std::min(text.find_first_not_of("0123456789+-.eE", i), text.size());
      CheckNumber(text.substr(i, end - i), found);
      i = end - 1;
    }
  }
  return found;
}

// The same text, where each of the zeros is a plain one and blanks, and nothing carries: every byte stays
// where it was.
std::string WithoutHazards(std::string_view text, const Hazards& hazards) {
  std::string plain(text);
  for (const std::string_view zero : hazards.zeros) {
    const auto at = static_cast<std::size_t>(zero.data() - text.data());
    plain.replace(at, zero.size(), zero.size(), ' ');
    plain[at] = '0';
  }
  for (const char* carry : hazards.carries) plain[static_cast<std::size_t>(carry - text.data())] = '4';
  return plain;
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
  const Hazards hazards = FindHazards(text);
  if (!hazards.broken.empty())
    return Fail(Error::Code::kMalformed, "The JSON text is broken: " + hazards.broken + ".");
  std::string plain;
  if (!hazards.zeros.empty() || !hazards.carries.empty()) text = plain = WithoutHazards(text, hazards);
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
