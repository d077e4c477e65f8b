#include "privacy/export/archive_writer.h"

#include <archive.h>
#include <archive_entry.h>

#include <stdexcept>
#include <utility>

namespace dialix::privacy {
namespace {

constexpr int kBlockBytes = 256 * 1024;
constexpr int kPermissions = 0640;

struct EntryFree {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using Entry = std::unique_ptr<archive_entry, EntryFree>;

}  // namespace

void ArchiveWriter::Free::operator()(archive* writer) const { archive_write_free(writer); }

ArchiveWriter::ArchiveWriter(storage::Incoming& file, TimePoint time)
    : file_(file), time_(time), writer_(archive_write_new()) {
  archive* const writer = writer_.get();
  if (writer == nullptr || archive_write_set_format_zip(writer) != ARCHIVE_OK ||
      archive_write_set_bytes_per_block(writer, kBlockBytes) != ARCHIVE_OK ||
      archive_write_set_bytes_in_last_block(writer, 1) != ARCHIVE_OK ||
      archive_write_open(writer, this, nullptr, &ArchiveWriter::Put, nullptr) != ARCHIVE_OK) {
    throw std::runtime_error("libarchive makes no ZIP archive");
  }
}

ArchiveWriter::~ArchiveWriter() {
  is_given_up_ = true;  // unless it is finished, libarchive would write the archive's end now
  writer_.reset();
}

// libarchive, told of an error, forgets to free its buffers: it is told of none, and Check asks for it.
std::ptrdiff_t ArchiveWriter::Put(archive* /*writer*/, void* self, const void* bytes, std::size_t size) {
  auto& me = *static_cast<ArchiveWriter*>(self);
  const std::string_view block(static_cast<const char*>(bytes), size);
  if (!me.is_given_up_ && !me.disk_error_) {
    if (Status written = me.file_.Write(block); !written) me.disk_error_ = std::move(written).error();
    me.of_archive_.Update(block);
  }
  return static_cast<std::ptrdiff_t>(size);
}

Status ArchiveWriter::Check(bool done, const char* what) const {
  if (disk_error_) return *disk_error_;
  if (done) return Ok();
  const char* why = archive_error_string(writer_.get());
  return Internal(std::string("archive: ") + what + ": " + (why == nullptr ? "failed" : why));
}

Status ArchiveWriter::Begin(const std::string& name, std::optional<std::int64_t> stored_bytes) {
  archive* const writer = writer_.get();
  const int chosen = stored_bytes ? archive_write_zip_set_compression_store(writer)
                                  : archive_write_zip_set_compression_deflate(writer);
  DIALIX_CHECK(Check(chosen == ARCHIVE_OK, "compression"));
  const Entry entry(archive_entry_new());
  if (!entry) return Internal("archive: no memory for an entry");
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), kPermissions);
  archive_entry_set_mtime(entry.get(),
                          std::chrono::floor<std::chrono::seconds>(time_).time_since_epoch().count(), 0);
  if (stored_bytes) archive_entry_set_size(entry.get(), *stored_bytes);
  DIALIX_CHECK(Check(archive_write_header(writer, entry.get()) == ARCHIVE_OK, name.c_str()));
  of_entry_.emplace();
  entry_bytes_ = 0;
  return Ok();
}

Status ArchiveWriter::Write(std::string_view bytes) {
  of_entry_->Update(bytes);
  while (!bytes.empty()) {
    const auto written = archive_write_data(writer_.get(), bytes.data(), bytes.size());
    DIALIX_CHECK(Check(written > 0, "data"));
    entry_bytes_ += written;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return Ok();
}

Result<ArchiveWriter::Written> ArchiveWriter::End() {
  DIALIX_CHECK(Check(archive_write_finish_entry(writer_.get()) == ARCHIVE_OK, "end of a file"));
  Written written{entry_bytes_, of_entry_->Finish()};
  of_entry_.reset();
  return written;
}

Result<std::string> ArchiveWriter::Finish() {
  DIALIX_CHECK(Check(archive_write_close(writer_.get()) == ARCHIVE_OK, "end"));
  return of_archive_.Finish();
}

}  // namespace dialix::privacy
