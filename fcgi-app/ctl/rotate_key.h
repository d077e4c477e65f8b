// dialixctl rotate-key: goes through every encrypted column and re-encrypts what is not under the current
// key, some rows a transaction. Killed at any point it has lost nothing, and run again it goes on; the
// service may run beside it, and so may a second one: a row is replaced only while it still holds the token
// that was read.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "security/encrypted_columns.h"
#include "security/encryption_service.h"
#include "store/connection.h"

namespace dialix::ctl {

struct ColumnKeys {
  std::vector<std::int64_t> rows;           // under each key of the ring
  std::int64_t unreadable = 0;              // under none of them
  std::vector<std::string> unreadable_ids;  // the first hundred
};

class KeyRotation {
 public:
  // Called after each transaction with the rows re-encrypted so far.
  using Progress = std::function<void(std::int64_t)>;

  KeyRotation(store::Connection& connection, const security::EncryptionService& encryption, std::size_t keys)
      : connection_(connection), encryption_(encryption), keys_(keys) {}

  // Which keys a column's rows are under.
  Result<ColumnKeys> Count(const security::EncryptedColumn& column);
  // Re-encrypts what is under an earlier key; gives back how many rows it was.
  Result<std::int64_t> Rotate(const security::EncryptedColumn& column, const Progress& progress);

 private:
  struct Place {
    std::string key;  // empty: before the first row
    std::string second;
  };
  Result<store::Rows> Read(const security::EncryptedColumn& column, const Place& after);
  Result<std::int64_t> Replace(const security::EncryptedColumn& column, const store::Rows& rows);

  store::Connection& connection_;
  const security::EncryptionService& encryption_;
  std::size_t keys_;
};

}  // namespace dialix::ctl
