// GET /records/export.csv: the calls that the list's filter finds, in its order, as a file.
#pragma once

#include "features/records/record_list.h"

namespace dialix::features {

Result<http::Response> ExportRecords(Call& call, const RecordFilter& filter, char separator);

}  // namespace dialix::features
