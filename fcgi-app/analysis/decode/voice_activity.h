// Who speaks when: the speech of each channel as spans. Frames of 10 ms are judged by WebRTC's voice detector
// (libwebrtc-audio-processing, a Gaussian mixture model of speech and noise that follows the noise); on a
// stereo call a frame that is only the other side's echo is taken out; the rest is smoothed into spans. Pure
// functions of the samples; thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/audio.h"
#include "analysis/types.h"

namespace dialix::analysis {

struct VoiceActivityOptions {
  std::int64_t shortest_ms = 120;  // shorter bursts are clicks, not words
  std::int64_t join_ms = 300;      // pauses inside a phrase
  std::int64_t padding_ms = 60;    // soft beginnings and endings that the detector misses
};

// One list a channel of `audio`: ordered, not overlapping, within the recording.
[[nodiscard]] std::vector<std::vector<Span>> DetectSpeech(const DecodedAudio& audio,
                                                          const VoiceActivityOptions& options = {});

// What DetectSpeech decides by, one entry a 10 ms frame. For tests and tuning.
struct VoiceFrames {
  std::vector<bool> voiced;
  std::vector<float> level_db;  // RMS, dB of full scale; -100 for digital silence
};

[[nodiscard]] VoiceFrames JudgeFrames(std::span<const std::int16_t> samples);
// Unmarks those voiced frames of `own` that are `other`'s voice coming back.
void RemoveEcho(VoiceFrames* own, const VoiceFrames& other);
[[nodiscard]] std::vector<Span> SpansOf(const std::vector<bool>& voiced, std::int64_t duration_ms,
                                        const VoiceActivityOptions& options);

}  // namespace dialix::analysis
