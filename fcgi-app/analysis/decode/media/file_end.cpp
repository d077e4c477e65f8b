#include "analysis/decode/media/file_end.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

namespace dialix::analysis::media {
namespace {

std::string ReadAt(int fd, std::int64_t offset, std::size_t most) {
  std::string bytes(most, '\0');
  const ssize_t count = pread(fd, bytes.data(), most, offset);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

std::uint32_t LittleEndian32(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

bool WavStopsEarly(int fd, std::int64_t file_size) {
  std::int64_t at = 12;
  for (int chunk = 0; chunk < 64; ++chunk) {
    const std::string header = ReadAt(fd, at, 8);
    if (header.size() < 8) return false;
    const std::int64_t size = LittleEndian32(header, 4);
    if (header.compare(0, 4, "data") == 0) {
      // Recorders that write to a pipe put 0 or a size near the maximum here: then nothing was announced.
      constexpr std::int64_t kNearMaximum = 0x7fff'0000;
      return size > 0 && size < kNearMaximum && at + 8 + size > file_size;
    }
    at += 8 + size + size % 2;
  }
  return false;
}

bool OggStopsEarly(int fd, std::int64_t file_size) {
  // A page is at most 65307 bytes (RFC 3533 §6): the last one begins within them.
  constexpr std::int64_t kLargestPage = 65'307;
  const std::string tail =
      ReadAt(fd, std::max<std::int64_t>(0, file_size - kLargestPage), static_cast<std::size_t>(kLargestPage));
  const std::size_t page = tail.rfind("OggS");
  constexpr std::size_t kHeader = 27;
  if (page == std::string::npos || page + kHeader > tail.size()) return true;
  const auto segments = static_cast<unsigned char>(tail[page + 26]);
  if (page + kHeader + segments > tail.size()) return true;
  std::size_t length = kHeader + segments;
  for (std::size_t i = 0; i < segments; ++i) length += static_cast<unsigned char>(tail[page + kHeader + i]);
  const bool end_of_stream = (static_cast<unsigned char>(tail[page + 5]) & 4) != 0;
  return page + length > tail.size() || !end_of_stream;
}

}  // namespace

bool StopsEarly(int fd, std::string_view container) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return false;
  if (container == "wav") return WavStopsEarly(fd, status.st_size);
  if (container == "ogg") return OggStopsEarly(fd, status.st_size);
  return false;
}

}  // namespace dialix::analysis::media
