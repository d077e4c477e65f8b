#include "privacy/export/sql.h"

#include <map>
#include <string_view>

namespace dialix::privacy {
namespace {

using store::Statement;

constexpr Statement kCalls{"export_calls",
                           "SELECT id FROM record WHERE company_id = $1::uuid AND id > $2::uuid ORDER BY id "
                           "LIMIT $3::integer"};
constexpr Statement kChats{"export_chats",
                           "SELECT id FROM ai_chat_session WHERE company_id = $1::uuid AND id > $2::uuid "
                           "ORDER BY id LIMIT $3::integer"};

std::string Member(const ExportColumn& column) {
  const std::string name(column.name);
  const std::string value = "t." + name;
  if (column.sql != nullptr) return "'" + name + "', " + column.sql;
  if (column.sealed_as != nullptr) {
    const std::string in_the_clear = "CASE WHEN " + value + "_cipher IS NULL THEN ";
    return in_the_clear + "'" + name + "' ELSE '" + column.sealed_as + "' END, " + in_the_clear + "to_json(" +
           value + ") ELSE to_json(" + value + "_cipher) END";
  }
  const bool is_time = name.ends_with("_at") || name.ends_with("_until");
  return "'" + name + "', " + (is_time ? "iso(" + value + ")" : value);
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : ", ") + part;
  return all;
}

std::string PageSql(const ExportTable& table) {
  std::vector<std::string> members, keys, texts, last;
  for (const ExportColumn& column : table.columns) members.push_back(Member(column));
  for (const ExportKey& key : table.keys) {
    keys.push_back(std::string("t.") + key.column);
    texts.push_back(keys.back() + "::text");
    last.push_back("$" + std::to_string(keys.size() + 1) + "::" + key.type);
  }
  std::string sql = "SELECT json_build_object(" + Joined(members) + ")::text";
  const std::string from = " FROM " + std::string(table.name) + " t WHERE ";
  if (table.by != ExportBy::kCompany) {
    return sql + from + kOfCompany + " AND t." + table.belongs + " = ANY ($2::uuid[]) ORDER BY " +
           Joined(keys);
  }
  return sql + ", " + Joined(texts) + from + table.belongs + " AND (" + Joined(keys) + ") > (" +
         Joined(last) + ") ORDER BY " + Joined(keys) + " LIMIT $" + std::to_string(keys.size() + 2) +
         "::integer";
}

struct Made {
  std::string name;
  std::string sql;
  Statement statement;
};

std::map<std::string_view, Made> MakeAll() {
  std::map<std::string_view, Made> all;
  for (const ExportTable& table : ExportTables()) {
    Made& made = all[table.name];
    made.name = std::string("export_") + table.name;
    made.sql = PageSql(table);
    made.statement = {made.name.c_str(), made.sql.c_str()};
  }
  return all;
}

}  // namespace

const Statement& ExportPage(const ExportTable& table) {
  static const std::map<std::string_view, Made> all = MakeAll();
  return all.at(table.name).statement;
}

const Statement& ExportOwners(ExportBy by) { return by == ExportBy::kChat ? kChats : kCalls; }

}  // namespace dialix::privacy
