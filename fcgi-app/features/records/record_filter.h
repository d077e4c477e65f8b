// What ?status=&start=… of the list of calls, and of its export, says.
#pragma once

#include "features/endpoint/fields.h"
#include "features/records/record_list.h"

namespace dialix::features {

// All but limit and cursor. A caller who may see one operator's calls alone is held to them.
[[nodiscard]] RecordFilter ReadRecordFilter(QueryFields& fields, const security::Principal& principal);
void ReadRecordCursor(QueryFields& fields, RecordFilter& filter);

}  // namespace dialix::features
