#include "audit/entries.h"

#include "base/text.h"

namespace dialix::audit {

Columns ReadEntry(const store::Rows& rows, int row, int first) {
  Columns columns;
  columns.reserve(kEntryColumns);
  for (int column = first; column < first + kEntryColumns; ++column) {
    columns.push_back(rows.IsNull(row, column) ? std::nullopt : std::optional(rows.Text(row, column)));
  }
  return columns;
}

StoredSeal ReadSeal(const store::Rows& rows, int row) {
  StoredSeal stored;
  Seal& seal = stored.seal;
  seal.batch = rows.Int(row, 0);
  seal.first_seq = rows.Int(row, 1);
  seal.last_seq = rows.Int(row, 2);
  seal.previous_root = Bytes(rows.Text(row, 3));
  seal.root = Bytes(rows.Text(row, 4));
  seal.newest_at = rows.Int(row, 5);
  seal.drained = rows.Bool(row, 6);
  seal.sealed_at = rows.Int(row, 7);
  seal.key_id = rows.String(row, 8);
  stored.signature = Bytes(rows.Text(row, 9));
  stored.removed_at = rows.OptInt(row, 10);
  stored.removal_key_id = rows.String(row, 11);
  stored.removal_signature = Bytes(rows.Text(row, 12));
  return stored;
}

std::string Bytes(std::string_view text) {
  if (text.substr(0, 2) != "\\x") return {};
  return FromHex(text.substr(2)).value_or("");
}

store::Param ByteaArray(const std::vector<std::string>& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const std::string& value : values) texts.push_back("\\x" + ToHex(value));
  return store::Param(texts);
}

}  // namespace dialix::audit
