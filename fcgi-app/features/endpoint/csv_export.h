// A list as a CSV file: noted in the activity log first, with its filter and how many rows it has, and then
// streamed from PostgreSQL to the client, in one round trip and with bounded memory. What is too long is
// refused before anything is noted or sent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "features/endpoint/endpoint.h"
#include "features/endpoint/fields.h"

namespace dialix::features {

inline constexpr int kMaxExportRows = 200'000;

struct CsvColumn {
  std::string_view name;  // with static storage
  bool is_number = false;
  bool may_be_sealed = false;  // "p" and a text, or "s" and the token that it is encrypted in
};

// The parameter by which the caller says what stands between two cells: a spreadsheet of a country that
// writes 3,14 wants semicolons. ',' where it is not given.
[[nodiscard]] char ReadSeparator(QueryFields& query);

// What the entry tells of the request: {"filter":{…}}, all parameters but the separator.
[[nodiscard]] std::string ExportedFilter(const Call& call);

struct CsvExport {
  std::string name;                // of the file, without ".csv": plain letters and -
  std::vector<CsvColumn> columns;  // those of `rows`
  char separator = ',';
  // Counts at most kMaxExportRows + 1 rows and notes the export where they are not more: one row, the count.
  const store::Statement& note;
  std::vector<store::Param> note_params;
  // The rows, where the entry stands: nothing leaves without one.
  const store::Statement& rows;
  std::vector<store::Param> rows_params;
};

// Errors: kInvalid (export_too_large), kUnavailable while other exports are under way.
Result<http::Response> ExportCsv(Call& call, const CsvExport& what);

}  // namespace dialix::features
