// The line of JSON that dialix-media prints about a file, and the conventions between it and its parent.
// The parent treats it as hostile too: the child may have been taken over by the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dialix::analysis {

// File descriptors that the parent hands down.
inline constexpr int kMediaFd = 3;        // the recording, read-only
inline constexpr int kFirstPlaneFd = 4;   // decode: channel 0
inline constexpr int kSilencedFd = 4;     // silence: the new recording
inline constexpr int kSecondPlaneFd = 5;  // decode: channel 1

// Shorter than this is no recording.
inline constexpr std::int64_t kShortestRecordingMs = 20;

enum class MediaFault {
  kNone,
  kNotAudio,  // no known container, or nothing in it decodes
  kNoAudioTrack,
  kCodec,  // a codec that we do not take; its name is in `codec`
  kEmpty,
  kTooLong,
  kDamaged,
  kNoSpace,  // the temporary file cannot grow
  kInternal,
};

struct MediaReport {
  MediaFault fault = MediaFault::kNone;
  std::string container;
  std::string codec;
  int channels = 0;
  int sample_rate = 0;
  std::int64_t duration_ms = 0;
  std::int64_t samples = 0;  // decode: at 16 kHz, in each plane
  int planes = 0;            // decode: 1 or 2
  bool truncated = false;
  bool identical_channels = false;
};

[[nodiscard]] std::string WriteReport(const MediaReport& report);
// Errors: kInternal where the text is no report or a number is out of range.
[[nodiscard]] Result<MediaReport> ReadReport(std::string_view json);

// What a fault means to the person who sent the file. REQUIRES: fault != kNone.
[[nodiscard]] Error FaultError(const MediaReport& report, std::int64_t max_audio_seconds);

}  // namespace dialix::analysis
