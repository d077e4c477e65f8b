#include "features/endpoint/page.h"

#include <algorithm>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "base/uuid.h"

namespace dialix::features {
namespace {

// A name of 200 characters, each escaped in JSON, and its row's id; nginx takes lines of 8 kB.
constexpr std::size_t kLongestCursor = 4096;

bool Fits(CursorPart kind, const std::string& text) {
  switch (kind) {
    case CursorPart::kText:
      return true;
    case CursorPart::kUuid:
      return IsUuid(text);
    case CursorPart::kTime:
      return ParseUtc(text).has_value();
    case CursorPart::kFlag:
      return text == "t" || text == "f";
    case CursorPart::kInt:
      return ParseInt(text).has_value();
  }
  return false;
}

}  // namespace

std::string EncodeCursor(const CursorKey& key) {
  JsonWriter writer;
  writer.BeginArray();
  for (const auto& part : key) {
    if (part) {
      writer.String(*part);
    } else {
      writer.Null();
    }
  }
  writer.EndArray();
  return ToBase64Url(writer.Take());
}

std::optional<CursorKey> ReadCursor(QueryFields& fields, std::size_t parts) {
  const auto raw = fields.Raw("cursor");
  if (!raw) return std::nullopt;
  const auto text = FromBase64Url(*raw);
  auto document = text && raw->size() <= kLongestCursor
                      ? JsonDocument::Parse(*text)
                      : Result<JsonDocument>(Fail(Error::Code::kMalformed, ""));
  if (!document || !document->Root().IsArray() || document->Root().Size() != parts) {
    fields.Add("cursor", "format", "is not a cursor of this list");
    return std::nullopt;
  }
  CursorKey key;
  for (std::size_t i = 0; i < parts; ++i) {
    const JsonView part = document->Root()[i];
    if (!part.IsNull() && (!part.IsString() || part.String()->find('\0') != std::string_view::npos)) {
      fields.Add("cursor", "format", "is not a cursor of this list");
      return std::nullopt;
    }
    key.push_back(part.IsNull() ? std::nullopt : std::optional(part.StringOr("")));
  }
  return key;
}

std::optional<CursorKey> ReadCursor(QueryFields& fields, std::initializer_list<CursorPart> kinds) {
  auto key = ReadCursor(fields, kinds.size());
  if (!key) return std::nullopt;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto& part = (*key)[i];
    if (part && Fits(kinds.begin()[i], *part)) continue;
    fields.Add("cursor", "format", "is not a cursor of this list");
    return std::nullopt;
  }
  return key;
}

std::string PageJson(const store::Rows& rows, int limit, int key_columns) {
  JsonWriter writer;
  writer.BeginObject().Key("items").BeginArray();
  const int shown = std::min(rows.size(), limit);
  for (int i = 0; i < shown; ++i) writer.Raw(rows.Text(i, 0));
  writer.EndArray().Key("next_cursor");
  if (rows.size() > limit) {
    CursorKey key;
    for (int column = 1; column <= key_columns; ++column) key.push_back(rows.OptText(shown - 1, column));
    writer.String(EncodeCursor(key));
  } else {
    writer.Null();
  }
  return writer.EndObject().Take();
}

}  // namespace dialix::features
