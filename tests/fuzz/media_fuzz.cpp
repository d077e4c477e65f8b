// A recording as the child dialix-media reads it, from descriptor 3, in this process: probed, and decoded
// into descriptors 4 and 5 under a limit of a few seconds. FFmpeg itself is Debian's and has no counters or
// checks of its own; ours around it has, and what it does to the heap ASan sees. The report is one that the
// parent takes, and the samples in it are those that were written.
#include "analysis/audio.h"
#include "analysis/decode/media/media_input.h"
#include "analysis/decode/media/media_walk.h"
#include "support/check.h"
#include "support/media_files.h"

namespace {

using namespace dialix::analysis;
using namespace dialix::fuzz;

constexpr std::int64_t kMaxSeconds = 20;

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
  Fill(kMediaFd, data, size);
  const MediaReport probed = media::ProbeMedia(kMediaFd, kMaxSeconds);
  CheckReport(probed);
  FUZZ_CHECK(probed.samples == 0 && SizeOf(kFirstPlaneFd) == 0);

  Rewind(kMediaFd);
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
