// The SQL of records that several files share: how a record is told as JSON. Static texts, no state.
#pragma once

#include "store/statement.h"

namespace dialix::features {

// "r" is record, "o" operator, "s" result, "t" transcript, "k" checklist, in FROM clauses below.
extern const char* const kRecordJson;       // a whole Record
extern const char* const kRecordBriefJson;  // a RecordBrief
extern const char* const kRecordFrom;       // FROM … with the joins both need

// $1 record, $2 company, $3 operator the caller is held to, or null. One row: the Record's JSON.
extern const store::Statement kReadRecord;
// $1 record, $2 company, $3 account, $4 idempotency key or null: the record of that id or that key.
extern const store::Statement kReadAcceptedRecord;

}  // namespace dialix::features
