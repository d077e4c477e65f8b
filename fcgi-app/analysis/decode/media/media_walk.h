// The two things dialix-media does with a recording: count it (probe) and decode it (decode). Child side
// only; one thread; never fails loudly: what went wrong is the report's fault.
#pragma once

#include <cstdint>

#include "analysis/decode/media_report.h"

namespace dialix::analysis::media {

// Counts the packets' samples to the end and decodes the first seconds, to know that there is sound in it.
[[nodiscard]] MediaReport ProbeMedia(int fd, std::int64_t max_audio_seconds);
// Decodes to the end, into kFirstPlaneFd and kSecondPlaneFd.
[[nodiscard]] MediaReport DecodeMedia(int fd, std::int64_t max_audio_seconds);

}  // namespace dialix::analysis::media
