// Writes all of a company's data into an archive: README.txt, data/<table>.ndjson, audio/, manifest.json
// last. Rows come a page at a time under the company's row-level security, so what is in memory does not
// depend on how much there is. One thread's; one use.
#pragma once

#include <functional>
#include <string>

#include "base/unique_fd.h"
#include "privacy/export/archive_writer.h"
#include "privacy/export/tables.h"
#include "security/encryption_service.h"
#include "storage/audio_store.h"
#include "store/database.h"

namespace dialix::privacy {

class ExportContent {
 public:
  struct What {
    std::string export_id;
    std::string company_id;
    bool with_audio = true;
    TimePoint began_at;
  };
  // Told now and then how far it is, 0 to 1. An error of it ends the writing and is given back.
  using Pulse = std::function<Status(double done)>;

  // Everything but `what` and `pulse` is borrowed.
  ExportContent(store::Database& db, const storage::AudioStore& audio,
                const security::EncryptionService& encryption, ArchiveWriter& archive, What what, Pulse pulse)
      : db_(db),
        audio_(audio),
        encryption_(encryption),
        archive_(archive),
        what_(std::move(what)),
        pulse_(std::move(pulse)) {}

  // How many bytes the recordings have, by their rows: 0 where they are not asked for.
  static Result<std::int64_t> AudioBytes(store::Database& db, const What& what);
  // Errors: those of the database; "storage_unavailable"; "undecryptable"; those of `pulse`.
  Status WriteAll(std::int64_t audio_bytes);

 private:
  // Pieces of JSON that grow with the number of recordings, on disk until the manifest is written.
  class Pieces {
   public:
    Status Open(const storage::AudioStore& audio);
    Status Add(const std::string& json);
    Status CopyTo(ArchiveWriter& archive) const;

   private:
    UniqueFd file_;
    bool is_empty_ = true;
  };

  Status WriteReadme();
  Status WriteTable(const ExportTable& table);
  Result<std::int64_t> WriteOwn(const ExportTable& table);
  Result<std::int64_t> WriteOwned(const ExportTable& table);
  Status WriteRows(const ExportTable& table, const store::Rows& rows);
  Status WriteAudio();
  Status WriteRecording(const std::string& record_id, const std::string& stored, const std::string& name);
  Status WriteManifest();
  Status Note(const std::string& name, const ArchiveWriter::Written& written, std::int64_t rows);
  Status Pulsate() { return pulse_(tables_done_ * tables_share_ + audio_done_ * (1 - tables_share_)); }

  store::Database& db_;
  const storage::AudioStore& audio_;
  const security::EncryptionService& encryption_;
  ArchiveWriter& archive_;
  const What what_;
  const Pulse pulse_;
  std::string company_name_;
  Pieces files_, missing_;
  double tables_share_ = 1;  // of all work
  double tables_done_ = 0;
  double audio_done_ = 0;
  std::int64_t audio_bytes_ = 0;
  std::int64_t audio_bytes_done_ = 0;
};

}  // namespace dialix::privacy
