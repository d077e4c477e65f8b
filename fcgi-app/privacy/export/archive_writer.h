// A ZIP archive (PKWARE's APPNOTE 6.3, ZIP64 where it is needed), written from front to back by libarchive:
// what is to be compressed need not be known before, and nothing but a few buffers is in memory. The only
// user of libarchive. One thread's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "privacy/export/digest.h"
#include "storage/audio_store.h"

struct archive;

namespace dialix::privacy {

class ArchiveWriter {
 public:
  struct Written {
    std::int64_t bytes = 0;
    std::string sha256;
  };

  // `file` is borrowed; whoever has it closes it after Finish. `time`: of all that is in it.
  ArchiveWriter(storage::Incoming& file, TimePoint time);
  ~ArchiveWriter();
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;

  // A file in it: Begin, Write as often as wanted, End. With `stored_bytes` it is stored as it is and must
  // have so many (recordings hardly shrink), else it is compressed. `name`: ASCII, relative. Errors, here and
  // below: kUnavailable, slug "storage_unavailable", where the disk doesn't take it.
  Status Begin(const std::string& name, std::optional<std::int64_t> stored_bytes = std::nullopt);
  Status Write(std::string_view bytes);
  Result<Written> End();
  // Ends the archive; its SHA-256 in hex.
  Result<std::string> Finish();

 private:
  struct Free {
    void operator()(archive* writer) const;
  };
  static std::ptrdiff_t Put(archive* writer, void* self, const void* bytes, std::size_t size);
  [[nodiscard]] Status Check(bool done, const char* what) const;

  storage::Incoming& file_;
  const TimePoint time_;
  Digest of_archive_;
  std::optional<Digest> of_entry_;
  std::int64_t entry_bytes_ = 0;
  std::optional<Error> disk_error_;
  bool is_given_up_ = false;
  std::unique_ptr<archive, Free> writer_;  // last: it writes through all of the above
};

}  // namespace dialix::privacy
