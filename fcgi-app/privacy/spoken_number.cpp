#include "privacy/spoken_number.h"

#include <optional>

#include "analysis/redact/redact.h"
#include "analysis/transcript_json.h"
#include "base/json.h"

namespace dialix::privacy {
namespace {

using analysis::RedactNumber;
using analysis::Transcript;
using store::Batch;
using store::Scope;
using store::Statement;

constexpr int kAtOnce = 100;

// What was said in the next calls, and what was made of it. A cipher stands where the plain text would.
constexpr Statement kNext{
    "spoken_next",
    "SELECT t.record_id, coalesce(t.segments_cipher, t.segments::text), t.segments_cipher IS NOT NULL, "
    "coalesce(s.summary_cipher, s.summary), s.summary_cipher IS NOT NULL, "
    "(SELECT json_agg(json_build_object('id', a.question_id, 'quote', coalesce(a.quote_cipher, a.quote), "
    "'quote_encrypted', "
    "a.quote_cipher IS NOT NULL, 'comment', coalesce(a.comment_cipher, a.comment), 'comment_encrypted', "
    "a.comment_cipher IS "
    "NOT NULL)) FROM result_answer a WHERE a.record_id = t.record_id AND (a.quote IS NOT NULL OR "
    "a.quote_cipher IS NOT NULL "
    "OR a.comment IS NOT NULL OR a.comment_cipher IS NOT NULL)) "
    "FROM transcript t LEFT JOIN result s ON s.record_id = t.record_id WHERE t.company_id = $1::uuid "
    "AND t.record_id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000') ORDER BY t.record_id LIMIT "
    "$3::integer"};
// The record first: as everybody locks. A call that was analysed again meanwhile has other words: it is left.
constexpr Statement kLock{"spoken_lock", "SELECT FROM record WHERE id = $1::uuid FOR NO KEY UPDATE"};
constexpr Statement kTranscript{
    "spoken_transcript",
    "UPDATE transcript SET segments = CASE WHEN segments_cipher IS NULL THEN $2::jsonb ELSE segments END, "
    "text = CASE WHEN segments_cipher IS NULL THEN $3::text ELSE text END, segments_cipher = $4::text "
    "WHERE record_id = $1::uuid AND (segments_cipher IS NOT NULL) = ($4::text IS NOT NULL) "
    "AND coalesce(segments_cipher, segments::text) = $5::text"};
constexpr Statement kSummary{
    "spoken_summary",
    "UPDATE result SET summary = CASE WHEN summary_cipher IS NULL THEN $2::text END, "
    "summary_cipher = CASE WHEN summary_cipher IS NOT NULL THEN $2::text END WHERE record_id = $1::uuid"};
constexpr Statement kAnswer{
    "spoken_answer",
    "UPDATE result_answer SET quote = CASE WHEN quote_cipher IS NULL THEN $3::text END, "
    "quote_cipher = CASE WHEN quote_cipher IS NOT NULL THEN $3::text END, "
    "comment = CASE WHEN comment_cipher IS NULL THEN $4::text END, "
    "comment_cipher = CASE WHEN comment_cipher IS NOT NULL THEN $4::text END "
    "WHERE record_id = $1::uuid AND question_id = $2::text"};

// A text that may be stored encrypted, and goes back as it was stored.
class Stored {
 public:
  static Result<Stored> Read(const security::EncryptionService& encryption, std::optional<std::string> kept,
                             bool encrypted) {
    if (kept && encrypted) {
      DIALIX_TRY(kept, encryption.Decrypt(*kept));
    }
    return Stored(encryption, std::move(kept), encrypted);
  }
  [[nodiscard]] const std::optional<std::string>& plain() const { return plain_; }
  // Takes the number out; false where it isn't in it.
  bool Redact(const std::string& digits) {
    if (!plain_) return false;
    std::string redacted = RedactNumber(*plain_, digits);
    const bool differs = redacted != *plain_;
    plain_ = std::move(redacted);
    return differs;
  }
  [[nodiscard]] std::optional<std::string> ToStore() const {
    return plain_ && encrypted_ ? encryption_->Encrypt(*plain_) : plain_;
  }

 private:
  Stored(const security::EncryptionService& encryption, std::optional<std::string> plain, bool encrypted)
      : encryption_(&encryption), plain_(std::move(plain)), encrypted_(encrypted) {}
  const security::EncryptionService* encryption_;
  std::optional<std::string> plain_;
  bool encrypted_;
};

// Adds what changes in a call's judgement; the number of changes.
Result<int> RedactJudgement(const security::EncryptionService& encryption, const store::Rows& rows, int row,
                            const std::string& digits, Batch& batch) {
  int changes = 0;
  DIALIX_TRY(Stored summary, Stored::Read(encryption, rows.OptText(row, 3), rows.Bool(row, 4)));
  if (summary.Redact(digits)) {
    batch.Add(kSummary, {rows.Text(row, 0), summary.ToStore()});
    ++changes;
  }
  if (rows.IsNull(row, 5)) return changes;
  DIALIX_TRY(const JsonDocument answers, JsonDocument::Parse(rows.Text(row, 5)));
  const auto text = [](JsonView view) {
    const auto value = view.String();
    return value ? std::optional<std::string>(*value) : std::nullopt;
  };
  for (std::size_t i = 0; i < answers.Root().Size(); ++i) {
    const JsonView answer = answers.Root()[i];
    DIALIX_TRY(Stored quote,
               Stored::Read(encryption, text(answer["quote"]), answer["quote_encrypted"].BoolOr(false)));
    DIALIX_TRY(Stored comment,
               Stored::Read(encryption, text(answer["comment"]), answer["comment_encrypted"].BoolOr(false)));
    const bool in_quote = quote.Redact(digits);
    const bool in_comment = comment.Redact(digits);
    if (!in_quote && !in_comment) continue;
    batch.Add(kAnswer, {rows.Text(row, 0), answer["id"].StringOr(""), quote.ToStore(), comment.ToStore()});
    ++changes;
  }
  return changes;
}

// True where the number was in the call.
Result<bool> RedactCall(store::Database& db, const security::EncryptionService& encryption,
                        const std::string& company_id, const store::Rows& rows, int row,
                        const std::string& digits) {
  DIALIX_TRY(const Stored kept, Stored::Read(encryption, rows.OptText(row, 1), rows.Bool(row, 2)));
  DIALIX_TRY(Transcript transcript, analysis::ReadTranscriptSegments(kept.plain().value_or("[]")));
  const int said = RedactNumber(transcript, digits);
  Batch batch(Batch::Mode::kReadWrite);
  batch.Add(kLock, {rows.Text(row, 0)});
  if (said > 0) {
    const std::string segments = analysis::TranscriptSegmentsJson(transcript);
    const bool encrypted = rows.Bool(row, 2);
    batch.Add(kTranscript,
              {rows.Text(row, 0), segments, analysis::PlainText(transcript),
               encrypted ? store::Param(encryption.Encrypt(segments)) : store::Param(std::nullopt),
               rows.Text(row, 1)});
  }
  DIALIX_TRY(const int judged, RedactJudgement(encryption, rows, row, digits, batch));
  if (said + judged == 0) return false;
  DIALIX_TRY(const auto done, db.Run(Scope::Company(company_id), batch));
  return said == 0 || done[1].affected() > 0;
}

}  // namespace

Result<LookedThrough> TakeOutNumber(store::Database& db, const security::EncryptionService& encryption,
                                    const std::string& company_id, const std::string& digits,
                                    const std::string& after) {
  DIALIX_TRY(const auto rows,
             db.Query(Scope::Company(company_id), kNext, {company_id, store::NullIfEmpty(after), kAtOnce}));
  LookedThrough looked;
  for (int row = 0; row < rows.size(); ++row) {
    DIALIX_TRY(const bool was_there, RedactCall(db, encryption, company_id, rows, row, digits));
    looked.calls += was_there ? 1 : 0;
  }
  if (!rows.empty()) looked.last_record = rows.String(rows.size() - 1, 0);
  return looked;
}

}  // namespace dialix::privacy
