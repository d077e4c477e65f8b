// A call script made audible: a stereo recording, operator left, customer right, and where each turn came to
// lie. The same script gives the same samples on every machine with the same flite.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "demo/call_script.h"

namespace dialix::demo {

struct SpokenTurn {
  Side side = Side::kOperator;
  std::string text;
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
};

struct CallAudio {
  std::vector<std::int16_t> samples;  // interleaved, operator first
  std::vector<SpokenTurn> turns;
};

[[nodiscard]] Result<CallAudio> RenderCall(const CallScript& script,
                                           const std::filesystem::path& scratch_folder);

// Places mono turns on two channels, with a faint line noise under them. `speech` has one entry a turn of
// `script`.
[[nodiscard]] CallAudio MixCall(const CallScript& script,
                                const std::vector<std::vector<std::int16_t>>& speech);

// Writes `<folder>/<name>`; its extension chooses the format. wav is written here, the others by ffmpeg.
[[nodiscard]] Status WriteRecording(const CallAudio& audio, const std::filesystem::path& file,
                                    const std::filesystem::path& scratch_folder);

// One line a turn in NIST's STM format (sclite): file, channel (A operator, B customer), speaker, start, end,
// words.
[[nodiscard]] std::string ToStm(const CallScript& script, const CallAudio& audio);

}  // namespace dialix::demo
