// Probe and Decode: what is in a recording, and its sound as 16 kHz planes. Files are hostile: FFmpeg runs
// only in a child process, dialix-media, which has no network, no file system and little memory and time;
// whatever happens to it becomes an Error here. This side links no FFmpeg. Thread-safe; each call starts and
// reaps one child. Decoded samples live in unlinked files of `temp_dir`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "analysis/audio.h"
#include "analysis/engines.h"
#include "analysis/silence.h"
#include "base/result.h"

namespace dialix::analysis {

struct DecodeLimits {
  std::int64_t max_audio_seconds = 14'400;
  std::chrono::seconds wall_timeout{900};
  std::chrono::seconds cpu_time{600};
  std::uint64_t address_space_bytes = std::uint64_t{1} << 30;  // not enforced in sanitizer builds
  std::filesystem::path temp_dir;                              // empty: $TMPDIR, else /var/tmp
  std::filesystem::path media_program;  // empty: $DIALIX_MEDIA_BIN, else dialix-media beside this executable
};

struct MediaProbe {
  std::string container;         // FFmpeg's short names: "wav", "mp3", "mov", "ogg", …
  std::string codec;             // "pcm_s16le", "mp3", "opus", …
  int channels = 0;              // as stored
  int sample_rate = 0;           // Hz, as stored
  std::int64_t duration_ms = 0;  // counted, not what the header says
  bool truncated = false;        // the file breaks off before the end that its own headers announce
};

struct DecodedRecording {
  DecodedAudio audio;
  MediaProbe media;
  bool identical_channels =
      false;  // a stereo file with the same sound on both sides; `audio` has one channel
  // Empty, or what a person should know: "The file breaks off after 12.3 s."
  std::string note;
};

// Walks through the whole file and decodes its beginning.
// Errors: kUnsupportedMedia (not audio, codec not supported), kInvalid (empty, too long, damaged), kTimeout
// and kUnavailable (this machine is too busy or full: worth another try), kInternal.
[[nodiscard]] Result<MediaProbe> Probe(const std::filesystem::path& file, const DecodeLimits& limits,
                                       const CancelFlag* cancel = nullptr);

// Decodes everything. More than two channels are mixed down to one; identical stereo becomes mono. A file
// that breaks off gives what there is, `truncated` and a note. Errors as Probe's, and kUnavailable when
// cancelled.
[[nodiscard]] Result<DecodedRecording> Decode(const std::filesystem::path& file, const DecodeLimits& limits,
                                              const CancelFlag* cancel = nullptr);

// Writes the recording anew to `to` (an empty file), as FLAC, silent within the spans and as long as before.
// Errors as Decode's.
[[nodiscard]] Result<MediaProbe> Silence(const std::filesystem::path& file, const std::filesystem::path& to,
                                         const std::vector<SilentSpan>& spans, const DecodeLimits& limits,
                                         const CancelFlag* cancel = nullptr);

}  // namespace dialix::analysis
