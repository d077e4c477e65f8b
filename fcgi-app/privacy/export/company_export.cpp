#include "privacy/export/company_export.h"

#include <algorithm>

#include "privacy/export/archive_writer.h"
#include "privacy/export/content.h"
#include "privacy/system_context.h"

namespace dialix::privacy {
namespace {

using store::Batch;
using store::Scope;
using store::Statement;
using Clock = std::chrono::steady_clock;

constexpr int kMostLosses = 3;
constexpr std::chrono::seconds kBeatEvery{2};
constexpr std::chrono::minutes kToTheDisk{10};  // what the system has not written yet may be much

constexpr const char* kLeaseLost = "lease_lost";
constexpr const char* kStopping = "stopping";
constexpr const char* kDiskFull = "disk_full";
constexpr const char* kStorage = "storage_unavailable";
constexpr const char* kUndecryptable = "undecryptable";

constexpr Statement kTake{"export_take",
                          "SELECT id, company_id, lease_token, with_audio, losses, file FROM "
                          "export_take(make_interval(secs => $1::integer))"};
constexpr Statement kBeat{"export_beat",
                          "UPDATE company_export SET lease_until = clock_timestamp() + make_interval(secs => "
                          "$3::integer), progress = $4::smallint "
                          "WHERE id = $1::uuid AND lease_token = $2::uuid AND state = 'running'"};
constexpr Statement kDone{
    "export_done",
    "WITH done AS (UPDATE company_export SET state = 'done', lease_token = NULL, lease_until = NULL, "
    "progress = 100, "
    "size_bytes = $3::bigint, sha256 = $4::text, finished_at = now(), expires_at = now() + interval '7 days' "
    "WHERE id = $1::uuid AND lease_token = $2::uuid AND state = 'running' RETURNING *) "
    "SELECT note_activity($5::jsonb, company_id, 'export.finish', 'export', id, NULL, "
    "jsonb_build_object('size_bytes', size_bytes, 'sha256', sha256)) FROM done"};
constexpr Statement kFail{"export_fail",
                          "WITH failed AS (UPDATE company_export SET state = 'failed', lease_token = NULL, "
                          "lease_until = NULL, file = NULL, "
                          "failure_code = $3::text, failure = $4::text, finished_at = now() "
                          "WHERE id = $1::uuid AND lease_token = $2::uuid AND state = 'running' RETURNING *) "
                          "SELECT note_activity($5::jsonb, company_id, 'export.fail', 'export', id, NULL, "
                          "jsonb_build_object('failure_code', failure_code)) FROM failed"};
constexpr Statement kRelease{
    "export_release",
    "UPDATE company_export SET state = 'queued', lease_token = NULL, lease_until = NULL, "
    "file = NULL, progress = 0 "
    "WHERE id = $1::uuid AND lease_token = $2::uuid AND state = 'running'"};
constexpr Statement kExpire{"exports_expire", "SELECT exports_expire()"};

Error Ended(const char* slug) {
  Error error = Internal(slug);
  error.slug = slug;
  return error;
}

}  // namespace

struct CompanyExports::Taken {
  std::string id;
  std::string company_id;
  std::string lease_token;
  bool with_audio = true;
  std::string file;
};

// What goes on beside the writing: the lease is renewed, the disk is looked at, an end is heard of.
class CompanyExports::Beat {
 public:
  Beat(const CompanyExports& exports, const Taken& taken) : exports_(exports), taken_(taken) {}

  Status operator()(double done) {
    const Options& options = exports_.options_;
    if (options.is_stopping && options.is_stopping()) return Ended(kStopping);
    const auto now = Clock::now();
    if (now - last_ < kBeatEvery) return Ok();
    DIALIX_TRY(const std::int64_t free, exports_.audio_.FreeBytes());
    if (free <= options.min_free_bytes) return Ended(kDiskFull);
    return Renew(options.lease, std::clamp(static_cast<int>(done * 100), 0, 99));
  }
  Status Renew(std::chrono::seconds lease, int percent) {
    const auto now = Clock::now();
    const auto held =
        exports_.db_.Query(Scope::Company(taken_.company_id), kBeat,
                           {taken_.id, taken_.lease_token, static_cast<std::int64_t>(lease.count()), percent},
                           nullptr, Batch::Mode::kIdempotent);
    if (!held) return now - renewed_ < exports_.options_.lease ? Ok() : Status(held.error());
    if (held->affected() == 0) return Ended(kLeaseLost);
    last_ = renewed_ = now;
    return Ok();
  }

 private:
  const CompanyExports& exports_;
  const Taken& taken_;
  Clock::time_point renewed_ = Clock::now();
  Clock::time_point last_ = renewed_;
};

Result<bool> CompanyExports::Step() {
  if (options_.is_stopping && options_.is_stopping()) return false;
  DIALIX_TRY(const auto rows,
             db_.Query(Scope::None(), kTake, {static_cast<std::int64_t>(options_.lease.count())}, nullptr,
                       Batch::Mode::kReadWrite));
  if (rows.empty()) return false;
  const Taken taken{rows.String(0, 0), rows.String(0, 1), rows.String(0, 2), rows.Bool(0, 3),
                    rows.String(0, 5)};
  if (rows.Int(0, 4) > kMostLosses) {
    DIALIX_CHECK(FailWith(taken, "interrupted", "It was interrupted too often. Try again."));
    return true;
  }
  logger_.Info("export_begun", {{"export_id", taken.id}, {"company_id", taken.company_id}});
  if (Status made = Make(taken); !made) DIALIX_CHECK(Conclude(taken, std::move(made).error()));
  return true;
}

Status CompanyExports::Make(const Taken& taken) {
  const ExportContent::What what{taken.id, taken.company_id, taken.with_audio, Now()};
  // Of very many calls it may not be told in time: then only the room is looked at as it goes.
  const auto told = ExportContent::AudioBytes(db_, what);
  const std::int64_t audio_bytes = told ? *told : 0;
  DIALIX_TRY(const std::int64_t free, audio_.FreeBytes());
  if (free - audio_bytes <= options_.min_free_bytes) return Ended(kDiskFull);
  DIALIX_TRY(storage::Incoming file, audio_.BeginAs(taken.file));
  ArchiveWriter archive(file, what.began_at);
  Beat beat(*this, taken);
  ExportContent content(db_, audio_, encryption_, archive, what, std::ref(beat));
  DIALIX_CHECK(content.WriteAll(audio_bytes));
  DIALIX_TRY(const std::string sha256, archive.Finish());
  const std::int64_t bytes = file.bytes();
  DIALIX_CHECK(beat.Renew(kToTheDisk, 99));
  DIALIX_CHECK(file.Close());
  DIALIX_CHECK(audio_.Keep(file, taken.file));
  // Where this ends without an answer the file stays: what is nobody's then, the next one or the sweep
  // removes.
  DIALIX_TRY(const auto done, db_.Query(Scope::Company(taken.company_id), kDone,
                                        {taken.id, taken.lease_token, bytes, sha256, SystemContext()},
                                        nullptr, Batch::Mode::kReadWrite));
  if (done.empty()) {
    audio_.Remove(taken.file);
    return Ended(kLeaseLost);
  }
  logger_.Info("export_finished",
               {{"export_id", taken.id}, {"company_id", taken.company_id}, {"size_bytes", bytes}});
  return Ok();
}

Status CompanyExports::Conclude(const Taken& taken, Error error) {
  logger_.Warn(
      "export_ended",
      {{"export_id", taken.id}, {"company_id", taken.company_id}, {"detail", error.internal_detail}});
  if (error.slug == kLeaseLost) return Ok();
  if (error.slug == kStopping) {
    DIALIX_TRY(const auto released,
               db_.Query(Scope::Company(taken.company_id), kRelease, {taken.id, taken.lease_token}, nullptr,
                         Batch::Mode::kReadWrite));
    (void)released;
    return Ok();
  }
  if (error.slug == kStorage) {
    const auto free = audio_.FreeBytes();
    if (free && *free <= options_.min_free_bytes) error.slug = kDiskFull;
  }
  if (error.slug == kDiskFull)
    return FailWith(taken, kDiskFull, "There is not enough room on the server's disk. Tell whoever runs it.");
  if (error.slug == kStorage)
    return FailWith(taken, kStorage, "The server's disk could not be read or written.");
  if (error.slug == kUndecryptable)
    return FailWith(taken, kUndecryptable,
                    "A part of the data could not be decrypted: the server lacks its key.");
  if (error.code == Error::Code::kUnavailable)
    return Ok();  // the database: begun again when the lease has run out
  return FailWith(taken, "internal", "It failed because of an error of ours.");
}

Status CompanyExports::FailWith(const Taken& taken, const char* code, const char* message) {
  DIALIX_TRY(const auto failed, db_.Query(Scope::Company(taken.company_id), kFail,
                                          {taken.id, taken.lease_token, code, message, SystemContext()},
                                          nullptr, Batch::Mode::kReadWrite));
  if (!failed.empty()) logger_.Warn("export_failed", {{"export_id", taken.id}, {"code", code}});
  return Ok();
}

Result<bool> ExpireExports(store::Database& db) {
  DIALIX_TRY(const auto expired, db.Query(Scope::None(), kExpire, {}, nullptr, Batch::Mode::kReadWrite));
  (void)expired;
  return false;
}

}  // namespace dialix::privacy
