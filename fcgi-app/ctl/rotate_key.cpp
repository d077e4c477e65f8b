#include "ctl/rotate_key.h"

namespace dialix::ctl {
namespace {

using security::EncryptedColumn;
using store::Batch;
using store::Rows;
using store::Scope;
using store::Statement;

constexpr int kRowsAtOnce = 200;
constexpr std::size_t kNamedRows = 100;

// Two rotations take turns, transaction by transaction, so they can't lock each other out.
constexpr Statement kTakeTurn{"rotate_take_turn",
                              "SELECT pg_advisory_xact_lock(hashtext('dialix rotate-key'))"};
constexpr Statement kLockRecords{
    "rotate_lock_records", "SELECT id FROM record WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"};

std::string ReadSql(const EncryptedColumn& column) {
  const std::string key = column.key;
  const std::string name = column.column;
  std::string columns = key;
  std::string after = "($1::uuid)";
  if (column.second_key != nullptr) {
    columns += std::string(", ") + column.second_key;
    after = "($1::uuid, $2::text)";
  }
  return "SELECT " + key + "::text, " + (column.second_key != nullptr ? column.second_key : "''::text") +
         ", " + name + " FROM " + column.table + " WHERE " + name +
         " IS NOT NULL AND ($1::uuid IS NULL OR $2::text IS NULL OR (" + columns + ") > " + after +
         ") ORDER BY " + columns + " LIMIT " + std::to_string(kRowsAtOnce);
}

std::string ReplaceSql(const EncryptedColumn& column) {
  const std::string name = column.column;
  std::string sql =
      std::string("UPDATE ") + column.table + " t SET " + name +
      " = n.fresh FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS n (key, second, was, "
      "fresh) WHERE t." +
      column.key + " = n.key AND t." + name + " = n.was";
  if (column.second_key != nullptr) sql += std::string(" AND t.") + column.second_key + " = n.second";
  return sql;
}

}  // namespace

Result<Rows> KeyRotation::Read(const EncryptedColumn& column, const Place& after) {
  const std::string sql = ReadSql(column);
  const Statement statement{"", sql.c_str()};
  Batch batch;
  batch.Add(statement, {store::NullIfEmpty(after.key), after.second});
  DIALIX_TRY(auto results, connection_.Run(Scope::Platform(), batch));
  return std::move(results.front());
}

Result<ColumnKeys> KeyRotation::Count(const EncryptedColumn& column) {
  ColumnKeys found;
  found.rows.resize(keys_);
  Place place;
  for (;;) {
    DIALIX_TRY(const Rows rows, Read(column, place));
    for (int i = 0; i < rows.size(); ++i) {
      if (const auto key = encryption_.KeyOf(rows.Text(i, 2))) {
        ++found.rows[*key];
      } else if (++found.unreadable; found.unreadable_ids.size() < kNamedRows) {
        found.unreadable_ids.push_back(rows.String(i, 0) + (rows.Text(i, 1).empty() ? "" : " ") +
                                       rows.String(i, 1));
      }
    }
    if (rows.size() < kRowsAtOnce) return found;
    place = {rows.String(rows.size() - 1, 0), rows.String(rows.size() - 1, 1)};
  }
}

Result<std::int64_t> KeyRotation::Replace(const EncryptedColumn& column, const Rows& rows) {
  std::vector<std::string> keys, seconds, was, fresh;
  for (int i = 0; i < rows.size(); ++i) {
    const std::string_view token = rows.Text(i, 2);
    const auto key = encryption_.KeyOf(token);
    if (!key || *key == 0) continue;
    DIALIX_TRY(std::string plain, encryption_.Decrypt(token));
    keys.push_back(rows.String(i, 0));
    seconds.push_back(rows.String(i, 1));
    was.emplace_back(token);
    fresh.push_back(encryption_.Encrypt(plain));
    security::Wipe(plain);
  }
  if (keys.empty()) return 0;
  const std::string sql = ReplaceSql(column);
  const Statement replace{"", sql.c_str()};
  Batch batch(Batch::Mode::kReadWrite);
  batch.Add(kTakeTurn);
  if (column.of_record) batch.Add(kLockRecords, {keys});
  batch.Add(replace, {keys, seconds, was, fresh});
  DIALIX_TRY(const auto results, connection_.Run(Scope::Platform(), batch));
  return results[batch.items().size() - 1].affected();
}

Result<std::int64_t> KeyRotation::Rotate(const EncryptedColumn& column, const Progress& progress) {
  std::int64_t done = 0;
  Place place;
  for (;;) {
    DIALIX_TRY(const Rows rows, Read(column, place));
    DIALIX_TRY(const std::int64_t replaced, Replace(column, rows));
    done += replaced;
    if (replaced > 0) progress(done);
    if (rows.size() < kRowsAtOnce) return done;
    place = {rows.String(rows.size() - 1, 0), rows.String(rows.size() - 1, 1)};
  }
}

}  // namespace dialix::ctl
