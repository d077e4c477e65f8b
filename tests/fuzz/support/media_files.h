// Descriptors as the child dialix-media finds them, each a file in memory.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>

#include "support/check.h"

namespace dialix::fuzz {

inline void MakeFileAt(int fd) {
  const int made = memfd_create("fuzz", 0);
  FUZZ_CHECK(made >= 0);
  if (made == fd) return;
  FUZZ_CHECK(dup2(made, fd) == fd);
  close(made);
}

inline std::int64_t SizeOf(int fd) {
  struct stat status {};
  FUZZ_CHECK(fstat(fd, &status) == 0);
  return status.st_size;
}

inline void Rewind(int fd) { FUZZ_CHECK(lseek(fd, 0, SEEK_SET) == 0); }

inline void Empty(int fd) {
  FUZZ_CHECK(ftruncate(fd, 0) == 0);
  Rewind(fd);
}

inline void Fill(int fd, const std::uint8_t* data, std::size_t size) {
  FUZZ_CHECK(pwrite(fd, data, size, 0) == static_cast<ssize_t>(size));
}

}  // namespace dialix::fuzz
