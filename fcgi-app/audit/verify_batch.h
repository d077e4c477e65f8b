// Verifying what one seal covers: its entries and their stamps. For verify.cpp alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "audit/entries.h"
#include "audit/seal_keys.h"
#include "audit/verify.h"
#include "store/database.h"

namespace dialix::audit {

// Walks the chain under one seal, a piece at a time. One thread's, for one batch.
class BatchVerifier {
 public:
  // `before`: the seal of the batch before, where it is known.
  BatchVerifier(store::Database& db, const SealKeys& keys, const VerifyOptions& options,
                const StoredSeal& stored, const StoredSeal* before,
                const std::function<void(const Problem&)>& tell);

  // How many entries it has read.
  Result<std::int64_t> Run();

 private:
  void CheckSeal();
  void CheckRemoval();
  void CheckRow(const store::Rows& rows, int row);
  void CheckEntryRemoval(const store::Rows& rows, int row, const std::string& stamp);
  void CheckEntry(const store::Rows& rows, int row, std::string_view stored_hash);
  void CheckAnchor();
  void Tell(const char* kind, std::int64_t seq, std::string_view log_id, std::string text);

  store::Database& db_;
  const SealKeys& keys_;
  const VerifyOptions& options_;
  const StoredSeal& stored_;
  const Seal& seal_;
  const StoredSeal* before_;
  const std::function<void(const Problem&)>& tell_;
  std::string_view key_;  // empty: not in the ring
  std::int64_t next_seq_;
  std::string root_;             // of what was read so far
  bool stamps_are_good_ = true;  // so the root must be
};

}  // namespace dialix::audit
