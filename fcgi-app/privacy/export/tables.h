// What the archive of a company's data holds of each table of the database, and what it does not and why.
// Every table and every column is in one of the two lists: tests/integration/test_company_exports.py
// compares them with the database, so nothing new is handed over, or kept back, before somebody has said so
// here. Constant values.
#pragma once

#include <span>
#include <vector>

namespace dialix::privacy {

struct ExportColumn {
  const char* name;
  const char* about = "";     // for README.txt; empty where the name says it all
  const char* sql = nullptr;  // its value, of the row `t`; null: the column, times as the API writes them
  // May be stored encrypted, in <name>_cipher: the name by which security/sealed_text.h knows it then.
  const char* sealed_as = nullptr;
};

// Kept back: a column, or a table as a whole.
struct LeftOut {
  const char* name;
  const char* why;
};

// A column that rows are ordered by, and a value of its type that is before all.
struct ExportKey {
  const char* column;
  const char* type;
  const char* before_all;
};

// Whose rows they are, and how one gets through them: by the table's own order, or with the calls or chats
// that they belong to, whose number decides which index serves.
enum class ExportBy { kCompany, kCall, kChat };

struct ExportTable {
  const char* name;
  const char* about;
  ExportBy by;
  const char*
      belongs;  // of kCompany: whose row it is, with the company as $1; else: the column that names its owner
  std::vector<ExportKey> keys;
  std::vector<ExportColumn> columns;
  std::vector<LeftOut> left_out;
  int rows_at_once = 500;      // of kCall and kChat: owners at once
  bool may_be_sealed = false;  // has members for security/sealed_text.h
};

// In the order of the archive.
[[nodiscard]] std::span<const ExportTable> ExportTables();
[[nodiscard]] std::span<const LeftOut> TablesLeftOut();

// The parts of ExportTables(), a file each.
[[nodiscard]] std::vector<ExportTable> ExportTablesOfCompany();
[[nodiscard]] std::vector<ExportTable> ExportTablesOfServices();
[[nodiscard]] std::vector<ExportTable> ExportTablesOfCalls();

inline constexpr const char* kOfCompany = "t.company_id = $1::uuid";
inline constexpr const char* kNil = "00000000-0000-0000-0000-000000000000";
[[nodiscard]] inline std::vector<ExportKey> ById() { return {{"id", "uuid", kNil}}; }
[[nodiscard]] inline std::vector<ExportKey> ByAge() {
  return {{"created_at", "timestamptz", "-infinity"}, {"id", "uuid", kNil}};
}

}  // namespace dialix::privacy
