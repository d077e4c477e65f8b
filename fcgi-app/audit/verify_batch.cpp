#include "audit/verify_batch.h"

#include "audit/retention.h"
#include "base/text.h"

namespace dialix::audit {
namespace {

constexpr int kPiece = 2000;
constexpr std::int64_t kDay = std::int64_t{24} * 3600 * 1'000'000;
// How long a transaction may have run before the entry that it wrote could be seen.
constexpr std::int64_t kLongestTransaction = std::int64_t{3600} * 1'000'000;

constexpr store::Statement kPieceOfChain{
    "audit_verify_piece",
    "SELECT c.seq, c.log_id, c.row_hash, c.stamp, " AUDIT_MICROSECONDS(
        "r.created_at") ", " AUDIT_MICROSECONDS("r.removed_at") ", r.key_id, "
                                                                "r.signature, " AUDIT_ENTRY_COLUMNS
                                                                " FROM activity_chain c LEFT JOIN "
                                                                "activity_log l ON l.id = c.log_id "
                                                                "LEFT JOIN activity_removed r ON r.seq = "
                                                                "c.seq "
                                                                "WHERE c.seq BETWEEN $1::bigint AND "
                                                                "$2::bigint ORDER BY c.seq LIMIT "
                                                                "$3::integer"};
constexpr int kRemovalColumn = 4;
constexpr int kFirstColumn = 8;

}  // namespace

BatchVerifier::BatchVerifier(store::Database& db, const SealKeys& keys, const VerifyOptions& options,
                             const StoredSeal& stored, const StoredSeal* before,
                             const std::function<void(const Problem&)>& tell)
    : db_(db),
      keys_(keys),
      options_(options),
      stored_(stored),
      seal_(stored.seal),
      before_(before),
      tell_(tell),
      key_(keys.Find(stored.seal.key_id)),
      next_seq_(stored.seal.first_seq),
      root_(stored.seal.previous_root) {}

void BatchVerifier::Tell(const char* kind, std::int64_t seq, std::string_view log_id, std::string text) {
  tell_({kind, seal_.batch, seq, std::string(log_id), std::move(text)});
}

Result<std::int64_t> BatchVerifier::Run() {
  CheckSeal();
  CheckAnchor();
  if (stored_.removed_at) CheckRemoval();
  std::int64_t read = 0;
  for (std::int64_t from = seal_.first_seq;;) {
    DIALIX_TRY(const store::Rows rows,
               db_.Query(store::Scope::Platform(), kPieceOfChain, {from, seal_.last_seq, kPiece}));
    for (int row = 0; row < rows.size(); ++row) CheckRow(rows, row);
    read += rows.size();
    if (rows.size() < kPiece) break;
    from = rows.Int(rows.size() - 1, 0) + 1;
  }
  if (stored_.removed_at) return read;
  for (; next_seq_ <= seal_.last_seq; ++next_seq_) {
    Tell("removed", next_seq_, "", "the entry's stamp is gone");
    stamps_are_good_ = false;
  }
  if (stamps_are_good_ && root_ != seal_.root)
    Tell("seal", 0, "", "the seal was made over other stamps than these");
  return read;
}

void BatchVerifier::CheckSeal() {
  if (key_.empty()) {
    Tell("seal", 0, "",
         "sealed with key " + seal_.key_id +
             ", which is neither SECRET_KEY nor one of SECRET_KEY_PREVIOUS: its stamps can't be checked");
  } else if (!security::SameSecret(SignSeal(key_, seal_), stored_.signature)) {
    Tell("seal", 0, "", "the seal's signature is wrong: it was edited, or made without the key");
  }
  if (before_ == nullptr) return;
  if (before_->seal.batch + 1 != seal_.batch || before_->seal.last_seq + 1 != seal_.first_seq) {
    Tell("seal", 0, "",
         "seals are missing before it, with entries " + std::to_string(before_->seal.last_seq + 1) + " to " +
             std::to_string(seal_.first_seq - 1));
  } else if (before_->seal.root != seal_.previous_root) {
    Tell("seal", 0, "", "it does not continue the batch before");
  }
}

void BatchVerifier::CheckRemoval() {
  const std::string_view key = keys_.Find(stored_.removal_key_id);
  if (key.empty() || !security::SameSecret(SignRemoval(key, stored_.signature, seal_.batch,
                                                       *stored_.removed_at, stored_.removal_key_id),
                                           stored_.removal_signature)) {
    Tell("removal", 0, "", "its entries were removed, and not by the retention of Dialix");
  } else if (*stored_.removed_at - seal_.newest_at < kLeastRetentionDays * kDay) {
    Tell("removal", 0, "", "its entries were removed before their time");
  }
}

void BatchVerifier::CheckRow(const store::Rows& rows, int row) {
  const std::int64_t seq = rows.Int(row, 0);
  const std::string_view log_id = rows.Text(row, 1);
  if (stored_.removed_at) {
    Tell("inserted", seq, log_id, "a stamp under a seal whose entries were removed");
    return;
  }
  for (; next_seq_ < seq; ++next_seq_) {
    Tell("removed", next_seq_, "", "the entry's stamp is gone");
    stamps_are_good_ = false;
  }
  ++next_seq_;
  const std::string hash = Bytes(rows.Text(row, 2));
  const std::string stamp = Bytes(rows.Text(row, 3));
  if (!key_.empty() && !security::SameSecret(StampOf(key_, seq, log_id, hash), stamp)) {
    Tell("moved", seq, log_id, "its stamp is not of this place: the entry was moved, or its stamp edited");
    stamps_are_good_ = false;
  }
  root_ = NextRoot(root_, stamp);
  if (rows.IsNull(row, kRemovalColumn)) {
    CheckEntry(rows, row, hash);
  } else {
    CheckEntryRemoval(rows, row, stamp);
  }
}

void BatchVerifier::CheckEntryRemoval(const store::Rows& rows, int row, const std::string& stamp) {
  const EntryRemoval removal{rows.Int(row, 0), stamp, rows.Int(row, kRemovalColumn),
                             rows.Int(row, kRemovalColumn + 1), rows.String(row, kRemovalColumn + 2)};
  const std::string_view log_id = rows.Text(row, 1);
  const std::string_view key = keys_.Find(removal.key_id);
  if (key.empty() ||
      !security::SameSecret(SignEntryRemoval(key, removal), Bytes(rows.Text(row, kRemovalColumn + 3)))) {
    Tell("removal", removal.seq, log_id, "the entry was removed, and not by the retention of Dialix");
  } else if (removal.removed_at - removal.created_at < kLeastRetentionDays * kDay) {
    Tell("removal", removal.seq, log_id, "the entry was removed before its time");
  } else if (!rows.IsNull(row, kFirstColumn)) {
    Tell("inserted", removal.seq, log_id, "the entry is there, and was removed before");
  }
}

void BatchVerifier::CheckEntry(const store::Rows& rows, int row, std::string_view stored_hash) {
  const std::int64_t seq = rows.Int(row, 0);
  const std::string_view log_id = rows.Text(row, 1);
  if (rows.IsNull(row, kFirstColumn)) {
    Tell("removed", seq, log_id, "the entry is gone");
    return;
  }
  const std::int64_t created_at = rows.Int(row, kFirstColumn + kEntryTime);
  const bool asked_for = !options_.company_id || rows.Text(row, kFirstColumn + 1) == *options_.company_id;
  if (EntryHash(ReadEntry(rows, row, kFirstColumn)) != stored_hash) {
    // Whose it was can't be believed either, so this is told whatever company was asked for.
    Tell("edited", seq, log_id, "the entry is not what was sealed: " + rows.String(row, kFirstColumn + 3));
  } else if (asked_for && before_ != nullptr && before_->seal.drained &&
             created_at < before_->seal.sealed_at - kLongestTransaction) {
    Tell("inserted", seq, log_id,
         "the entry claims a time before the last batch was sealed, when it was not there");
  }
}

void BatchVerifier::CheckAnchor() {
  for (auto anchor = options_.anchors.lower_bound(seal_.first_seq);
       anchor != options_.anchors.end() && anchor->first <= seal_.last_seq; ++anchor) {
    if (anchor->first != seal_.last_seq || anchor->second != ToHex(seal_.root))
      Tell("anchor", anchor->first, "", "the seal is not that of the anchor: the chain was made anew");
  }
}

}  // namespace dialix::audit
