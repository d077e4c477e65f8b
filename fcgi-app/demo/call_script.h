// The script of one demo call: who speaks, when, and what, read from sql/demo/calls/*.call (format in
// sql/demo/README.md). Plain values; parsing does no I/O but LoadCallScripts, which reads a folder.
// A script with an error is refused with its file and line, never half read.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dialix::demo {

// A flite voice; `stretch` > 1 speaks slower.
struct Voice {
  std::string name;
  double stretch = 1.0;
};

enum class Side { kOperator = 0, kCustomer = 1 };  // the value is the audio channel

struct Turn {
  Side side = Side::kOperator;
  std::string text;
  // Seconds from the end of the turn before; negative: both speak at once for that long.
  double gap_s = 0;
};

struct CallScript {
  std::string id;  // file name without extension
  std::string title;
  std::string operator_code;
  std::string direction;                // "inbound" | "outbound"
  int days_ago = 1;                     // >= 1, so that the call never lies in the future
  std::chrono::minutes time_of_day{0};  // in Tashkent
  std::string phone;
  Voice operator_voice;
  Voice customer_voice;
  std::string format = "wav";  // wav mp3 ogg m4a flac
  bool pbx_file_name = false;  // operator, direction and number are told by the file's name alone
  std::vector<Turn> turns;
};

[[nodiscard]] Result<CallScript> ParseCallScript(std::string_view id, std::string_view text);

// All *.call files of a folder, by name. Errors: kNotFound where there is none.
[[nodiscard]] Result<std::vector<CallScript>> LoadCallScripts(const std::filesystem::path& folder);

// When the call began, seen from `now`.
[[nodiscard]] std::chrono::sys_seconds StartOf(const CallScript& script, std::chrono::sys_seconds now);

// The name that the PBX (or a person) would give the recording, e.g. "20261122-194200_901234567_101.wav".
[[nodiscard]] std::string FileNameOf(const CallScript& script, std::chrono::sys_seconds start);

// Lower-case words without punctuation, as a recogniser writes them; the reference for word error rates.
[[nodiscard]] std::string SpokenWords(std::string_view text);

}  // namespace dialix::demo
