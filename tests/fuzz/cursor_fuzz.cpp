// Cursors: the input as ?cursor=, read with every kind of key that lists have; and as the texts of a key.
// What was read is what its kind promises, and written again it reads the same.
#include "base/clock.h"
#include "base/uuid.h"
#include "features/endpoint/page.h"
#include "http/percent.h"
#include "support/check.h"

namespace {

using namespace dialix;
using namespace dialix::features;

std::optional<CursorKey> Read(std::string_view cursor, std::size_t parts) {
  const auto query = http::QueryParams::Parse("cursor=" + http::PercentEncode(cursor));
  if (!query) return std::nullopt;
  QueryFields fields(*query, {"cursor"});
  auto key = ReadCursor(fields, parts);
  FUZZ_CHECK(fields.ok() == key.has_value());
  return key;
}

void CheckTyped(std::string_view cursor, std::initializer_list<CursorPart> kinds) {
  const auto query = http::QueryParams::Parse("cursor=" + http::PercentEncode(cursor));
  if (!query) return;
  QueryFields fields(*query, {"cursor"});
  const auto key = ReadCursor(fields, kinds);
  FUZZ_CHECK(fields.ok() == key.has_value());
  if (!key) return;
  FUZZ_CHECK(key->size() == kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    FUZZ_CHECK((*key)[i].has_value());
    const std::string& part = *(*key)[i];
    switch (kinds.begin()[i]) {
      case CursorPart::kText:
        break;
      case CursorPart::kUuid:
        FUZZ_CHECK(IsUuid(part));
        break;
      case CursorPart::kTime:
        FUZZ_CHECK(ParseUtc(part).has_value());
        break;
      case CursorPart::kFlag:
        FUZZ_CHECK(part == "t" || part == "f");
        break;
      case CursorPart::kInt:
        FUZZ_CHECK(ParseInt(part).has_value());
        break;
    }
  }
}

void CheckKey(const CursorKey& key) {
  for (const auto& part : key) {
    if (part) FUZZ_CHECK(IsValidUtf8(*part) && part->find('\0') == std::string::npos);
  }
  const std::string written = EncodeCursor(key);
  FUZZ_CHECK(http::PercentEncode(written) == written);  // needs no escape in a URL
  const auto again = Read(written, key.size());
  FUZZ_CHECK(again && *again == key);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::View(data, size);
  for (std::size_t parts = 0; parts <= 4; ++parts) {
    if (const auto key = Read(text, parts)) CheckKey(*key);
  }
  CheckTyped(text, {CursorPart::kTime, CursorPart::kUuid});
  CheckTyped(text, {CursorPart::kText, CursorPart::kUuid});
  CheckTyped(text, {CursorPart::kFlag, CursorPart::kText, CursorPart::kUuid});
  CheckTyped(text, {CursorPart::kInt});
  // The longest name that people may give: 200 characters.
  if (IsValidUtf8(text) && Utf8Length(text) <= 200 && text.find('\0') == std::string_view::npos) {
    CheckKey({"t", std::string(text), "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"});
    CheckKey({std::nullopt, std::string(text)});
  }
  return 0;
}
