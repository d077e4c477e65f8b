// The statements that read what an archive holds (tables.h), a page at a time. Made once; they live as
// long as the program.
#pragma once

#include <string>
#include <vector>

#include "privacy/export/tables.h"
#include "store/statement.h"

namespace dialix::privacy {

// A page of a table: a row's JSON, and of ExportBy::kCompany its keys as text, to go on from.
// Parameters: the company, then the last row's keys and how many, or else the owners (uuid[]).
[[nodiscard]] const store::Statement& ExportPage(const ExportTable& table);
// A page of the owners of such rows: ids. Parameters: the company, the last id, how many.
[[nodiscard]] const store::Statement& ExportOwners(ExportBy by);

}  // namespace dialix::privacy
