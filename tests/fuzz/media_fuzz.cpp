// A recording as the child dialix-media reads it, from descriptor 3, in this process: probed, and decoded
// into descriptors 4 and 5 under a limit of a few seconds. FFmpeg itself is Debian's and has no counters or
// checks of its own; ours around it has, and what it does to the heap ASan sees. The report is one that the
// parent takes, and the samples in it are those that were written.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/audio.h"
#include "analysis/decode/media/media_input.h"
#include "analysis/decode/media/media_walk.h"
#include "support/check.h"

namespace {

using namespace dialix::analysis;

constexpr std::int64_t kMaxSeconds = 20;

void MakeFileAt(int fd) {
  const int made = memfd_create("fuzz", 0);
  FUZZ_CHECK(made >= 0);
  if (made == fd) return;
  FUZZ_CHECK(dup2(made, fd) == fd);
  close(made);
}

std::int64_t SizeOf(int fd) {
  struct stat status {};
  FUZZ_CHECK(fstat(fd, &status) == 0);
  return status.st_size;
}

void Empty(int fd) { FUZZ_CHECK(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0); }

void CheckReport(const MediaReport& report) {
  const auto read = ReadReport(WriteReport(report));
  FUZZ_CHECK(read.ok());
  FUZZ_CHECK(read->fault == report.fault && read->duration_ms == report.duration_ms);
  FUZZ_CHECK(read->samples == report.samples && read->planes == report.planes);
  if (report.fault != MediaFault::kNone) {
    FUZZ_CHECK(!FaultError(*read, kMaxSeconds).public_message.empty());
    return;
  }
  FUZZ_CHECK(report.channels > 0 && report.sample_rate > 0);
  FUZZ_CHECK(report.duration_ms >= kShortestRecordingMs && report.duration_ms <= (kMaxSeconds + 2) * 1000);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  for (const int fd : {kMediaFd, kFirstPlaneFd, kSecondPlaneFd}) MakeFileAt(fd);
  av_log_set_level(AV_LOG_QUIET);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const int fd : {kMediaFd, kFirstPlaneFd, kSecondPlaneFd}) Empty(fd);
  FUZZ_CHECK(pwrite(kMediaFd, data, size, 0) == static_cast<ssize_t>(size));
  const MediaReport probed = media::ProbeMedia(kMediaFd, kMaxSeconds);
  CheckReport(probed);
  FUZZ_CHECK(probed.samples == 0 && SizeOf(kFirstPlaneFd) == 0);

  FUZZ_CHECK(lseek(kMediaFd, 0, SEEK_SET) == 0);
  const MediaReport decoded = media::DecodeMedia(kMediaFd, kMaxSeconds);
  CheckReport(decoded);
  const std::int64_t most = (kMaxSeconds + 1) * kSampleRate * static_cast<std::int64_t>(sizeof(std::int16_t));
  FUZZ_CHECK(SizeOf(kFirstPlaneFd) <= most && SizeOf(kSecondPlaneFd) <= most);
  if (decoded.fault == MediaFault::kNone) {
    const std::int64_t bytes = decoded.samples * static_cast<std::int64_t>(sizeof(std::int16_t));
    FUZZ_CHECK(SizeOf(kFirstPlaneFd) == bytes);
    FUZZ_CHECK(SizeOf(kSecondPlaneFd) == (decoded.planes == 2 ? bytes : 0));
  }
  return 0;
}
