// The SQL of records that several files share: how a record is told as JSON. Static texts, no state.
#pragma once

#include "store/statement.h"

namespace dialix::features {

// $1 record, $2 company, $3 operator the caller is held to, or null. One row: the Record's JSON.
extern const store::Statement kReadRecord;
// The parameters of record_page() (migration 0012). Rows: a RecordBrief's JSON, the sort key (null: no
// score), the id.
extern const store::Statement kListRecords;
// $1 record, $2 company, $3 account, $4 idempotency key or null: the record of that id or that key.
extern const store::Statement kReadAcceptedRecord;

}  // namespace dialix::features
