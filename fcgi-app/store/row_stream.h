// The rows of one statement, one after another as PostgreSQL gives them, however many: in one round trip, of
// one snapshot, and never more than a few of them in memory (libpq manual, 34.6 "Retrieving Query Results
// Row-by-Row"). Holds a connection for as long as it lives, so a Database has few at a time; one that is
// given up before its end closes it. One thread's at a time.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/pool.h"

namespace dialix::store {

class RowStream {
 public:
  // `open`: how many there are of that Database, this one included.
  RowStream(Pool::Lease lease, std::atomic<int>& open) : lease_(std::move(lease)), open_(open) {}
  ~RowStream() { --open_; }
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;

  Connection& connection() { return *lease_; }
  // Rows of one row; nothing behind the last.
  Result<std::optional<Rows>> Next() { return lease_->NextOfStream(); }

 private:
  Pool::Lease lease_;
  std::atomic<int>& open_;
};

struct Streamed {
  std::vector<Rows> first;          // of the batch before it
  std::unique_ptr<RowStream> rows;  // of the statement
};

}  // namespace dialix::store
