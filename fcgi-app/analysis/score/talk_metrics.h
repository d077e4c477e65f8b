// Talk metrics of a call from who speaks when. Pure, thread-safe.
//  answer delay   recording's start → the operator's first speech
//  silence        stretches longer than 3 s of [0, duration) in which nobody speaks, its beginning and end
//  included overlap        stretches longer than 1 s in which both sides speak
// What needs sides is null where the roles are unknown; the overlap needs two channels only.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/types.h"

namespace dialix::analysis {

inline constexpr std::int64_t kSilenceOverMs = 3000;
inline constexpr std::int64_t kOverlapOverMs = 1000;

// `speech`: one list a channel (mono: one list), in any order, spans may touch or overlap; cut to [0,
// duration_ms).
[[nodiscard]] TalkMetrics MeasureTalk(const std::vector<std::vector<Span>>& speech, const SpeakerRoles& roles,
                                      std::int64_t duration_ms);

}  // namespace dialix::analysis
