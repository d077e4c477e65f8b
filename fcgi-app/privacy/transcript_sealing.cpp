#include "privacy/transcript_sealing.h"

#include <optional>
#include <string>
#include <vector>

namespace dialix::privacy {
namespace {

using store::Batch;
using store::Param;
using store::Rows;
using store::Scope;
using store::Statement;

constexpr int kCallsAtOnce = 50;

constexpr Statement kDue{
    "sealing_due",
    "SELECT company_id, encrypt_transcripts, transcript_encryption_after FROM company_settings "
    "WHERE transcript_encryption_pending ORDER BY company_id LIMIT 1"};
constexpr Statement kCalls{
    "sealing_calls",
    "SELECT record_id FROM transcript WHERE company_id = $1::uuid AND ($2::uuid IS NULL OR record_id > $2) "
    "ORDER BY record_id LIMIT $3::integer"};
// What is stored the other way than it should be. xmin tells whether a row is still the one that was read.
constexpr Statement kTranscripts{
    "sealing_transcripts",
    "SELECT record_id, '', xmin::text, coalesce(segments_cipher, segments::text) FROM transcript "
    "WHERE record_id = ANY ($1::uuid[]) AND (segments_cipher IS NULL) = $2::boolean"};
constexpr Statement kSummaries{"sealing_summaries",
                               "SELECT record_id, '', xmin::text, CASE WHEN $2::boolean THEN summary ELSE "
                               "summary_cipher END FROM result "
                               "WHERE record_id = ANY ($1::uuid[]) AND CASE WHEN $2::boolean THEN summary "
                               "ELSE summary_cipher END IS NOT NULL"};
constexpr Statement kAnswers{
    "sealing_answers",
    "SELECT record_id, question_id, xmin::text, CASE WHEN $2::boolean THEN quote ELSE quote_cipher END, "
    "CASE WHEN $2::boolean THEN comment ELSE comment_cipher END FROM result_answer WHERE record_id = ANY "
    "($1::uuid[]) "
    "AND CASE WHEN $2::boolean THEN coalesce(quote, comment) ELSE coalesce(quote_cipher, comment_cipher) END "
    "IS NOT NULL"};

constexpr Statement kLock{"sealing_lock",
                          "SELECT id FROM record WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"};
#define SEALING_ROWS \
  "unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) AS n (id, question, was, one, two)"
constexpr Statement kSetTranscripts{
    "sealing_set_transcripts",
    "UPDATE transcript t SET segments_cipher = CASE WHEN $1::boolean THEN n.one END, segments = CASE WHEN "
    "$1::boolean THEN "
    "'[]' ELSE n.one::jsonb END, text = CASE WHEN $1::boolean THEN '' ELSE (SELECT "
    "coalesce(string_agg(s.value ->> 'text', "
    "E'\\n' ORDER BY s.n), '') FROM jsonb_array_elements(n.one::jsonb) WITH ORDINALITY AS s (value, n)) END "
    "FROM " SEALING_ROWS " WHERE t.record_id = n.id AND t.xmin::text = n.was"};
constexpr Statement kSetSummaries{
    "sealing_set_summaries",
    "UPDATE result t SET summary_cipher = CASE WHEN $1::boolean THEN n.one END, "
    "summary = CASE WHEN NOT $1::boolean THEN n.one END "
    "FROM " SEALING_ROWS " WHERE t.record_id = n.id AND t.xmin::text = n.was"};
constexpr Statement kSetAnswers{
    "sealing_set_answers",
    "UPDATE result_answer t SET quote_cipher = CASE WHEN $1::boolean THEN nullif(n.one, '') END, "
    "quote = CASE WHEN NOT $1::boolean THEN nullif(n.one, '') END, "
    "comment_cipher = CASE WHEN $1::boolean THEN nullif(n.two, '') END, "
    "comment = CASE WHEN NOT $1::boolean THEN nullif(n.two, '') END "
    "FROM " SEALING_ROWS " WHERE t.record_id = n.id AND t.question_id = n.question AND t.xmin::text = n.was"};

constexpr Statement kAdvance{
    "sealing_advance",
    "UPDATE company_settings SET transcript_encryption_after = $3::uuid, transcript_encryption_pending = "
    "$3::uuid IS NOT NULL "
    "WHERE company_id = $1::uuid AND encrypt_transcripts = $2::boolean AND transcript_encryption_pending "
    "AND transcript_encryption_after IS NOT DISTINCT FROM $4::uuid"};

// The rows of one table, turned over.
struct Turned {
  std::vector<std::string> ids, questions, was, one, two;

  [[nodiscard]] std::vector<Param> Params(bool seal) const { return {seal, ids, questions, was, one, two}; }
};

class Turn {
 public:
  Turn(const security::EncryptionService& encryption, bool seal) : encryption_(encryption), seal_(seal) {}

  // `texts` columns of each row after its three keys are sealed or opened; a NULL becomes "".
  Result<Turned> Rows(const store::Rows& rows, int texts) const {
    Turned turned;
    for (int i = 0; i < rows.size(); ++i) {
      turned.ids.push_back(rows.String(i, 0));
      turned.questions.push_back(rows.String(i, 1));
      turned.was.push_back(rows.String(i, 2));
      DIALIX_TRY(std::string one, Text(rows, i, 3));
      turned.one.push_back(std::move(one));
      std::string two;
      if (texts == 2) {
        DIALIX_TRY(two, Text(rows, i, 4));
      }
      turned.two.push_back(std::move(two));
    }
    return turned;
  }

 private:
  Result<std::string> Text(const store::Rows& rows, int row, int column) const {
    if (rows.IsNull(row, column)) return std::string();
    if (seal_) return encryption_.Encrypt(rows.Text(row, column));
    return encryption_.Decrypt(rows.Text(row, column));
  }
  const security::EncryptionService& encryption_;
  bool seal_;
};

// True when all of these calls are as they should be.
Result<bool> TurnCalls(store::Database& db, const Turn& turn, bool seal, const Scope& scope,
                       const std::vector<std::string>& calls) {
  Batch read;
  read.Add(kTranscripts, {calls, seal}).Add(kSummaries, {calls, seal}).Add(kAnswers, {calls, seal});
  DIALIX_TRY(const auto found, db.Run(scope, read));
  DIALIX_TRY(const Turned transcripts, turn.Rows(found[0], 1));
  DIALIX_TRY(const Turned summaries, turn.Rows(found[1], 1));
  DIALIX_TRY(const Turned answers, turn.Rows(found[2], 2));
  if (transcripts.ids.empty() && summaries.ids.empty() && answers.ids.empty()) return true;
  Batch write(Batch::Mode::kReadWrite);
  write.Add(kLock, {calls});
  write.Add(kSetTranscripts, transcripts.Params(seal));
  write.Add(kSetSummaries, summaries.Params(seal));
  write.Add(kSetAnswers, answers.Params(seal));
  DIALIX_TRY(const auto done, db.Run(scope, write));
  const auto all = [](const store::Rows& rows, const Turned& turned) {
    return rows.affected() == static_cast<std::int64_t>(turned.ids.size());
  };
  return all(done[1], transcripts) && all(done[2], summaries) && all(done[3], answers);
}

}  // namespace

Result<bool> SealTranscriptsStep(store::Database& db, const security::EncryptionService& encryption) {
  DIALIX_TRY(const Rows due, db.Query(Scope::Platform(), kDue, {}));
  if (due.empty()) return false;
  const std::string company = due.String(0, 0);
  const bool seal = due.Bool(0, 1);
  const auto after = due.OptText(0, 2);
  const Scope scope = Scope::Company(company);
  DIALIX_TRY(const Rows rows, db.Query(scope, kCalls, {company, after, kCallsAtOnce}));
  std::vector<std::string> calls;
  for (int i = 0; i < rows.size(); ++i) calls.push_back(rows.String(i, 0));
  std::optional<std::string> next;
  if (!calls.empty()) {
    DIALIX_TRY(const bool all, TurnCalls(db, Turn(encryption, seal), seal, scope, calls));
    if (!all) return true;
    next = calls.back();
  }
  DIALIX_CHECK(db.Query(scope, kAdvance, {company, seal, next, after}, nullptr, Batch::Mode::kReadWrite));
  return true;
}

}  // namespace dialix::privacy
