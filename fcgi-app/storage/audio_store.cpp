#include "storage/audio_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/clock.h"
#include "base/uuid.h"

namespace dialix::storage {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIncoming = "incoming";

Error DiskError(const std::string& what) {
  Error error =
      Fail(Error::Code::kUnavailable, "The recording can't be stored at the moment. Try again later.",
           what + ": " + std::strerror(errno));
  error.slug = "storage_unavailable";
  error.retry_after_s = 30;
  return error;
}

Status SyncFolder(const fs::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return DiskError("open " + folder.string());
  const int failed = fsync(fd);
  close(fd);
  if (failed != 0) return DiskError("fsync " + folder.string());
  return Ok();
}

bool IsOlder(const fs::path& path, std::chrono::seconds age) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && std::time(nullptr) - info.st_mtime > age.count();
}

Result<Incoming> BeginAt(fs::path path) {
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (fd < 0) return DiskError("open " + path.string());
  return Incoming(std::move(path), fd);
}

}  // namespace

Incoming::Incoming(Incoming&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), bytes_(other.bytes_) {
  other.path_.clear();
}

Incoming::~Incoming() {
  if (fd_ >= 0) close(fd_);
  if (!path_.empty()) unlink(path_.c_str());
}

Status Incoming::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return DiskError("write " + path_.string());
    bytes_ += written;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return Ok();
}

Status Incoming::Close() {
  const int failed = fsync(fd_);
  const int closed = close(std::exchange(fd_, -1));
  if (failed != 0 || closed != 0) return DiskError("fsync " + path_.string());
  return Ok();
}

Result<Incoming> AudioStore::Begin() const { return BeginAt(root_ / kIncoming / NewUuid()); }

Result<Incoming> AudioStore::BeginAs(const std::string& name) const {
  return BeginAt(root_ / (name + ".part"));
}

Result<UniqueFd> AudioStore::Scratch() const {
  std::error_code code;
  fs::create_directories(root_ / kIncoming, code);
  const fs::path path = root_ / kIncoming / NewUuid();
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd || unlink(path.c_str()) != 0) return DiskError("open " + path.string());
  return fd;
}

Result<std::int64_t> AudioStore::FreeBytes() const {
  struct statvfs disk {};
  if (statvfs(root_.c_str(), &disk) != 0) return DiskError("statvfs " + root_.string());
  return static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
}

std::string AudioStore::NameOf(std::string_view company_id, std::string_view record_id,
                               std::string_view extension) {
  const std::string today = FormatDate(std::chrono::floor<std::chrono::days>(Now()));
  return std::string(company_id) + "/" + today.substr(0, 4) + "/" + today.substr(5, 2) + "/" +
         std::string(record_id) + "." + std::string(extension);
}

Status AudioStore::Keep(Incoming& incoming, const std::string& name) const {
  const fs::path target = root_ / name;
  std::error_code code;
  fs::create_directories(target.parent_path(), code);
  if (rename(incoming.path_.c_str(), target.c_str()) != 0) return DiskError("rename to " + target.string());
  incoming.path_.clear();
  return SyncFolder(target.parent_path());
}

void AudioStore::Remove(const std::string& name) const {
  if (!name.empty()) unlink((root_ / name).c_str());
}

Status AudioStore::RemoveSurely(const std::string& name) const {
  const fs::path path = root_ / name;
  if (unlink(path.c_str()) == 0) return SyncFolder(path.parent_path());
  if (errno == ENOENT || errno == ENOTDIR) return Ok();
  return DiskError("unlink " + path.string());
}

std::vector<std::string> AudioStore::OlderThan(std::chrono::seconds age, std::size_t limit,
                                               const std::string& after) const {
  std::vector<std::string> names;
  std::error_code code;
  for (fs::recursive_directory_iterator entry(root_, code), end; entry != end; entry.increment(code)) {
    if (entry.depth() == 0 && entry->path().filename() == kIncoming) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file(code)) continue;
    std::string name = fs::relative(entry->path(), root_, code).string();
    if (name > after && IsOlder(entry->path(), age)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  if (names.size() > limit) names.resize(limit);
  return names;
}

int AudioStore::RemoveStaleIncoming(std::chrono::seconds age) const {
  int removed = 0;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(root_ / kIncoming, code)) {
    if (IsOlder(entry.path(), age) && unlink(entry.path().c_str()) == 0) ++removed;
  }
  return removed;
}

}  // namespace dialix::storage
