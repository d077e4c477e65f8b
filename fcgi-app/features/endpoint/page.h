// Keyset pages: {items, next_cursor}. A cursor is the sort key of the last row of a page, as base64url of a
// JSON array of texts; opaque to clients, checked here, and no secret: it grants nothing.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "features/endpoint/fields.h"
#include "store/rows.h"

namespace dialix::features {

using CursorKey = std::vector<std::optional<std::string>>;

[[nodiscard]] std::string EncodeCursor(const CursorKey& key);
// The key of ?cursor=, of exactly `parts` parts; nothing without one. Notes an error at "cursor" where it
// can't be read. The parts are text from outside: pass them as parameters, cast by SQL, after the caller's
// own checks.
[[nodiscard]] std::optional<CursorKey> ReadCursor(QueryFields& fields, std::size_t parts);

// What a part of a cursor must look like; none may be null.
enum class CursorPart { kText, kUuid, kTime, kFlag, kInt };
// As above, and every part has its kind, so SQL can cast it.
[[nodiscard]] std::optional<CursorKey> ReadCursor(QueryFields& fields,
                                                  std::initializer_list<CursorPart> kinds);

// {items,next_cursor} of rows whose column 0 is the item's JSON and whose columns 1…key_columns are its key.
// The statement asked for limit + 1 rows: one too many says that there is a next page.
[[nodiscard]] std::string PageJson(const store::Rows& rows, int limit, int key_columns);

}  // namespace dialix::features
