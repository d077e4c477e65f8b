// Text to sound by the flite program (https://github.com/festvox/flite). It is run, not linked, so that
// dialixctl on a production host does not carry a speech synthesiser. The same text and voice give the same
// samples.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "demo/call_script.h"

namespace dialix::demo {

inline constexpr int kDemoSampleRate = 16000;  // Hz, what flite's better voices speak

// Mono samples of one turn, silence around it cut, loudness evened out.
// Errors: kUnavailable where flite is not installed.
[[nodiscard]] Result<std::vector<std::int16_t>> Speak(const Voice& voice, std::string_view text,
                                                      const std::filesystem::path& scratch_folder);

// The samples of a RIFF WAVE file: mono, 16-bit PCM, kDemoSampleRate. Errors: kUnsupportedMedia.
[[nodiscard]] Result<std::vector<std::int16_t>> ParseMonoWav(std::string_view bytes);

// Brings speech to one loudness without clipping; changes nothing else.
void EvenLoudness(std::span<std::int16_t> samples);

}  // namespace dialix::demo
