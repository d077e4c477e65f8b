// Where recordings are kept: a folder (AUDIO_STORE=file:///…) laid out as
// <company>/<yyyy>/<mm>/<record>.<ext>, incoming/ for uploads that are not accepted yet, and exports/ for
// companies' data that is handed over (privacy/export/company_export.h). A file gets its
// final name only when it is whole and on disk (fsync), and before the database speaks of it, so nothing
// accepted can be lost; what a crash leaves behind unaccepted is an orphan that the analyzer sweeps.
// Thread-safe: it holds only a path.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace dialix::storage {

// An upload on its way in. Its file is removed unless Keep succeeded. One thread's.
class Incoming {
 public:
  Incoming(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  ~Incoming();
  Incoming(Incoming&& other) noexcept;
  Incoming& operator=(Incoming&&) = delete;

  // Errors: kUnavailable when the disk is full or failing.
  Status Write(std::string_view bytes);
  // Flushes to disk; nothing can be written afterwards.
  Status Close();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }

 private:
  friend class AudioStore;
  std::filesystem::path path_;
  int fd_ = -1;
  std::int64_t bytes_ = 0;
};

class AudioStore {
 public:
  explicit AudioStore(std::filesystem::path root) : root_(std::move(root)) {}

  // Errors: kUnavailable.
  Result<Incoming> Begin() const;
  // The same for what is written beside the place where it will be kept: `name` and ".part".
  Result<Incoming> BeginAs(const std::string& name) const;
  // A file to write and read that has no name, so nothing is left of it whatever happens.
  Result<UniqueFd> Scratch() const;
  // What the disk has left for us. Errors: kUnavailable.
  Result<std::int64_t> FreeBytes() const;
  // The relative name of a recording. REQUIRES: uuids, a plain extension.
  [[nodiscard]] static std::string NameOf(std::string_view company_id, std::string_view record_id,
                                          std::string_view extension);
  // Moves a closed upload to its final name, durably.
  Status Keep(Incoming& incoming, const std::string& name) const;
  // Removes a recording; one that is not there is fine.
  void Remove(const std::string& name) const;
  // The same, for good also after a crash. Errors: kUnavailable where it is still there.
  Status RemoveSurely(const std::string& name) const;
  [[nodiscard]] std::filesystem::path PathOf(const std::string& name) const { return root_ / name; }

  // Names of recordings older than `age`, at most `limit`, starting behind `after` (for the sweep).
  [[nodiscard]] std::vector<std::string> OlderThan(std::chrono::seconds age, std::size_t limit,
                                                   const std::string& after) const;
  // Removes uploads older than `age` that nobody finished; returns how many.
  int RemoveStaleIncoming(std::chrono::seconds age) const;

 private:
  std::filesystem::path root_;
};

}  // namespace dialix::storage
