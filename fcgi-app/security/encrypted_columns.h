// Every column that holds Fernet tokens: what dialixctl rotate-key goes through. A column that is not in this
// list is lost when its key is retired, so whoever adds one adds it here. Not in it: the answers that are
// kept for an Idempotency-Key. They end after 24 hours, before which no key is retired (docs/operations.md);
// one that can't be opened is told as lost, and its request is not carried out again.
#pragma once

#include <span>
#include <string>

namespace dialix::security {

struct EncryptedColumn {
  const char* table;
  const char* column;
  const char* key;         // a uuid column of the primary key
  const char* second_key;  // a text column that completes it; null: there is none
  bool of_record;          // `key` is a record's: the record is locked first, as by everybody
};

[[nodiscard]] std::span<const EncryptedColumn> EncryptedColumns();

}  // namespace dialix::security
