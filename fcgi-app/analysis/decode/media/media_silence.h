// The third thing dialix-media does with a recording: writes it anew, silent where it shall be. Child side
// only; one thread; what went wrong is the report's fault.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/decode/media_report.h"
#include "analysis/silence.h"

namespace dialix::analysis::media {

// Decodes `fd` and writes FLAC (RFC 9639) of the same rate and length to `out`: samples within the spans are
// zero, all others are what was decoded, to 16 bits. More than two channels become one.
[[nodiscard]] MediaReport SilenceMedia(int fd, int out, std::int64_t max_audio_seconds,
                                       const std::vector<SilentSpan>& spans);

}  // namespace dialix::analysis::media
