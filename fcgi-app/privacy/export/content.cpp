#include "privacy/export/content.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/json.h"
#include "privacy/export/readme.h"
#include "privacy/export/sql.h"
#include "security/sealed_text.h"

namespace dialix::privacy {
namespace {

using store::Scope;
using store::Statement;

constexpr std::size_t kPieceBytes = 1024UL * 1024;
constexpr int kRecordingsAtOnce = 200;
constexpr double kTablesShare = 0.3;  // where there are recordings

constexpr Statement kCompany{"export_company_name", "SELECT name FROM company WHERE id = $1::uuid"};
constexpr Statement kAudioBytes{
    "export_audio_bytes",
    "SELECT coalesce(sum(audio_bytes), 0) FROM record WHERE company_id = $1::uuid AND "
    "audio_path IS NOT NULL"};
// As "audio_file" of data/record.ndjson.
constexpr Statement kRecordings{
    "export_recordings",
    "SELECT id, audio_path, 'audio/' || id || substring(audio_path FROM '\\.[a-z0-9]+$') FROM record "
    "WHERE company_id = $1::uuid AND id > $2::uuid AND audio_path IS NOT NULL ORDER BY id LIMIT $3::integer"};

Error DiskError(const std::string& what) {
  Error error = Fail(Error::Code::kUnavailable, "The store can't be used at the moment.",
                     what + ": " + std::strerror(errno));
  error.slug = "storage_unavailable";
  return error;
}

// Reads up to `size` bytes; fewer at the end of the file.
Result<std::string_view> ReadPiece(int fd, std::vector<char>& buffer) {
  for (;;) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got >= 0) return std::string_view(buffer.data(), static_cast<std::size_t>(got));
    if (errno != EINTR) return DiskError("read");
  }
}

}  // namespace

Status ExportContent::Pieces::Open(const storage::AudioStore& audio) {
  DIALIX_TRY(file_, audio.Scratch());
  return Ok();
}

Status ExportContent::Pieces::Add(const std::string& json) {
  const std::string piece = (is_empty_ ? "\n" : ",\n") + json;
  is_empty_ = false;
  std::string_view left(piece);
  while (!left.empty()) {
    const ssize_t written = write(file_.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return DiskError("write");
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  return Ok();
}

Status ExportContent::Pieces::CopyTo(ArchiveWriter& archive) const {
  if (lseek(file_.get(), 0, SEEK_SET) != 0) return DiskError("lseek");
  std::vector<char> buffer(kPieceBytes);
  for (;;) {
    DIALIX_TRY(const std::string_view piece, ReadPiece(file_.get(), buffer));
    if (piece.empty()) return Ok();
    DIALIX_CHECK(archive.Write(piece));
  }
}

Result<std::int64_t> ExportContent::AudioBytes(store::Database& db, const What& what) {
  if (!what.with_audio) return std::int64_t{0};
  DIALIX_TRY(const auto rows, db.Query(Scope::Company(what.company_id), kAudioBytes, {what.company_id}));
  return rows.Int(0, 0);
}

Status ExportContent::WriteAll(std::int64_t audio_bytes) {
  audio_bytes_ = std::max<std::int64_t>(audio_bytes, 1);
  if (what_.with_audio) tables_share_ = kTablesShare;
  DIALIX_CHECK(files_.Open(audio_));
  DIALIX_CHECK(missing_.Open(audio_));
  DIALIX_TRY(const auto company, db_.Query(Scope::Company(what_.company_id), kCompany, {what_.company_id}));
  if (company.empty()) return Internal("the company of an export is not there");
  company_name_ = company.String(0, 0);
  DIALIX_CHECK(WriteReadme());
  for (const ExportTable& table : ExportTables()) {
    DIALIX_CHECK(WriteTable(table));
    tables_done_ += 1.0 / static_cast<double>(ExportTables().size());
  }
  if (what_.with_audio) DIALIX_CHECK(WriteAudio());
  return WriteManifest();
}

Status ExportContent::WriteReadme() {
  DIALIX_CHECK(archive_.Begin("README.txt"));
  DIALIX_CHECK(archive_.Write(ExportReadme(company_name_, what_.with_audio)));
  DIALIX_TRY(const auto written, archive_.End());
  return Note("README.txt", written, -1);
}

Status ExportContent::WriteTable(const ExportTable& table) {
  const std::string name = "data/" + std::string(table.name) + ".ndjson";
  DIALIX_CHECK(archive_.Begin(name));
  DIALIX_TRY(const std::int64_t rows, table.by == ExportBy::kCompany ? WriteOwn(table) : WriteOwned(table));
  DIALIX_TRY(const auto written, archive_.End());
  return Note(name, written, rows);
}

Result<std::int64_t> ExportContent::WriteOwn(const ExportTable& table) {
  std::vector<std::string> last;
  for (const ExportKey& key : table.keys) last.emplace_back(key.before_all);
  for (std::int64_t written = 0;;) {
    std::vector<store::Param> params{what_.company_id};
    params.insert(params.end(), last.begin(), last.end());
    params.emplace_back(table.rows_at_once);
    DIALIX_TRY(const auto rows,
               db_.Query(Scope::Company(what_.company_id), ExportPage(table), std::move(params)));
    DIALIX_CHECK(WriteRows(table, rows));
    written += rows.size();
    if (rows.size() < table.rows_at_once) return written;
    for (std::size_t i = 0; i < last.size(); ++i)
      last[i] = rows.String(rows.size() - 1, static_cast<int>(i) + 1);
  }
}

Result<std::int64_t> ExportContent::WriteOwned(const ExportTable& table) {
  const Scope scope = Scope::Company(what_.company_id);
  std::string last = kNil;
  for (std::int64_t written = 0;;) {
    DIALIX_TRY(const auto owners,
               db_.Query(scope, ExportOwners(table.by), {what_.company_id, last, table.rows_at_once}));
    if (owners.empty()) return written;
    std::vector<std::string> ids;
    ids.reserve(static_cast<std::size_t>(owners.size()));
    for (int i = 0; i < owners.size(); ++i) ids.push_back(owners.String(i, 0));
    last = ids.back();
    DIALIX_TRY(const auto rows, db_.Query(scope, ExportPage(table), {what_.company_id, ids}));
    DIALIX_CHECK(WriteRows(table, rows));
    written += rows.size();
    if (owners.size() < table.rows_at_once) return written;
  }
}

Status ExportContent::WriteRows(const ExportTable& table, const store::Rows& rows) {
  for (int i = 0; i < rows.size(); ++i) {
    std::string line = rows.String(i, 0);
    if (table.may_be_sealed) {
      DIALIX_TRY(line, security::OpenSealed(encryption_, std::move(line)));
    }
    // Between the tokens of JSON a line's end is a blank; inside of a text it is written as \n.
    std::replace(line.begin(), line.end(), '\n', ' ');
    line += '\n';
    DIALIX_CHECK(archive_.Write(line));
  }
  return Pulsate();
}

Status ExportContent::WriteAudio() {
  std::string last = kNil;
  for (;;) {
    DIALIX_TRY(const auto rows, db_.Query(Scope::Company(what_.company_id), kRecordings,
                                          {what_.company_id, last, kRecordingsAtOnce}));
    for (int i = 0; i < rows.size(); ++i) {
      DIALIX_CHECK(WriteRecording(rows.String(i, 0), rows.String(i, 1), rows.String(i, 2)));
    }
    if (rows.size() < kRecordingsAtOnce) return Pulsate();
    last = rows.String(rows.size() - 1, 0);
  }
}

Status ExportContent::WriteRecording(const std::string& record_id, const std::string& stored,
                                     const std::string& name) {
  const UniqueFd fd(open(audio_.PathOf(stored).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat file {};
  if (!fd && errno == ENOENT) {  // retention or an erasure was faster, or the store has lost it
    JsonWriter gone;
    gone.BeginObject().Field("name", name).Field("record_id", record_id).Field("why", "not in the store");
    return missing_.Add(gone.EndObject().Take());
  }
  if (!fd || fstat(fd.get(), &file) != 0) return DiskError("open " + stored);
  DIALIX_CHECK(archive_.Begin(name, file.st_size));
  std::vector<char> buffer(kPieceBytes);
  for (std::int64_t left = file.st_size; left > 0;) {
    DIALIX_TRY(const std::string_view piece, ReadPiece(fd.get(), buffer));
    if (piece.empty()) return Internal("a recording became shorter while it was read: " + stored);
    DIALIX_CHECK(archive_.Write(piece));
    left -= static_cast<std::int64_t>(piece.size());
    audio_bytes_done_ += static_cast<std::int64_t>(piece.size());
    audio_done_ = std::min(1.0, static_cast<double>(audio_bytes_done_) / static_cast<double>(audio_bytes_));
    DIALIX_CHECK(Pulsate());
  }
  DIALIX_TRY(const auto written, archive_.End());
  return Note(name, written, -1);
}

Status ExportContent::WriteManifest() {
  JsonWriter head;
  head.BeginObject().Field("format", "dialix-company-export").Field("version", 1);
  head.Field("export_id", what_.export_id).Key("company").BeginObject().Field("id", what_.company_id);
  head.Field("name", company_name_).EndObject().Field("with_audio", what_.with_audio);
  head.Field("began_at", FormatUtc(what_.began_at)).Field("finished_at", FormatUtc(Now()));
  const auto list_left_out = [&head](const char* key, auto&& list) {
    head.Key(key).BeginArray();
    for (const LeftOut& one : list)
      head.BeginObject().Field("name", one.name).Field("why", one.why).EndObject();
    head.EndArray();
  };
  head.Key("tables").BeginArray();
  for (const ExportTable& table : ExportTables()) {
    head.BeginObject().Field("name", table.name).Field("file", "data/" + std::string(table.name) + ".ndjson");
    head.Key("fields").BeginArray();
    for (const ExportColumn& column : table.columns) head.String(column.name);
    head.EndArray();
    list_left_out("left_out", table.left_out);
    head.EndObject();
  }
  head.EndArray();
  list_left_out("tables_left_out", TablesLeftOut());
  std::string text = head.EndObject().Take();
  text.pop_back();  // the object's brace: its last members follow
  DIALIX_CHECK(archive_.Begin("manifest.json"));
  DIALIX_CHECK(archive_.Write(text + ",\"files\":["));
  DIALIX_CHECK(files_.CopyTo(archive_));
  DIALIX_CHECK(archive_.Write("],\"missing\":["));
  DIALIX_CHECK(missing_.CopyTo(archive_));
  DIALIX_CHECK(archive_.Write("]}\n"));
  DIALIX_TRY(const auto written, archive_.End());
  (void)written;
  return Pulsate();
}

Status ExportContent::Note(const std::string& name, const ArchiveWriter::Written& written,
                           std::int64_t rows) {
  JsonWriter file;
  file.BeginObject().Field("name", name).Field("bytes", written.bytes).Field("sha256", written.sha256);
  if (rows >= 0) file.Field("rows", rows);
  return files_.Add(file.EndObject().Take());
}

}  // namespace dialix::privacy
