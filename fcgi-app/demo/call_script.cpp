#include "demo/call_script.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "base/text.h"

namespace dialix::demo {
namespace {

constexpr double kTurnGap = 0.45;                     // s, a polite pause
constexpr double kLeadIn = 0.8;                       // s, before the first word
constexpr double kMaxPause = 60.0;                    // s
constexpr std::chrono::minutes kTashkentOffset{300};  // UTC+5, no daylight saving

Error Wrong(std::string_view id, std::size_t line, std::string_view what) {
  return Fail(Error::Code::kInvalid,
              std::string(id) + ".call, line " + std::to_string(line) + ": " + std::string(what));
}

bool IsDigits(std::string_view text, std::size_t length) {
  return text.size() == length &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Voice> ParseVoice(std::string_view text) {
  constexpr std::array<std::string_view, 4> kKnown{"slt", "rms", "awb", "kal16"};
  const auto at = text.find('@');
  Voice voice{std::string(text.substr(0, at)), 1.0};
  if (std::find(kKnown.begin(), kKnown.end(), voice.name) == kKnown.end()) return std::nullopt;
  if (at != std::string_view::npos) {
    const auto stretch = ParseDouble(text.substr(at + 1));
    if (!stretch || *stretch < 0.5 || *stretch > 2.0) return std::nullopt;
    voice.stretch = *stretch;
  }
  return voice;
}

std::optional<std::chrono::minutes> ParseTimeOfDay(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = ParseInt(text.substr(0, 2));
  const auto minutes = ParseInt(text.substr(3));
  if (!hours || !minutes || *hours < 0 || *hours > 23 || *minutes < 0 || *minutes > 59) return std::nullopt;
  return std::chrono::minutes(*hours * 60 + *minutes);
}

// Sets one header field; an empty answer means that it is fine.
std::string_view SetField(CallScript& script, std::string_view key, std::string_view value) {
  if (key == "title") {
    script.title = value;
    return value.empty() ? "title is empty" : "";
  }
  if (key == "operator") {
    script.operator_code = value;
    return IsDigits(value, 3) ? "" : "operator is a 3-digit code";
  }
  if (key == "direction") {
    script.direction = value;
    return value == "inbound" || value == "outbound" ? "" : "direction is inbound or outbound";
  }
  if (key == "days_ago") {
    const auto days = ParseInt(value);
    if (!days || *days < 1 || *days > 365) return "days_ago is 1 to 365";
    script.days_ago = static_cast<int>(*days);
    return "";
  }
  if (key == "time") {
    const auto time = ParseTimeOfDay(value);
    if (!time) return "time is HH:MM";
    script.time_of_day = *time;
    return "";
  }
  if (key == "phone") {
    script.phone = value;
    return IsDigits(value, 9) ? "" : "phone is a 9-digit number";
  }
  if (key == "operator_voice" || key == "customer_voice") {
    const auto voice = ParseVoice(value);
    if (!voice) return "a voice is slt, rms, awb or kal16, with an optional @stretch of 0.5 to 2";
    (key == "operator_voice" ? script.operator_voice : script.customer_voice) = *voice;
    return "";
  }
  if (key == "format") {
    constexpr std::array<std::string_view, 5> kFormats{"wav", "mp3", "ogg", "m4a", "flac"};
    script.format = value;
    return std::find(kFormats.begin(), kFormats.end(), value) != kFormats.end()
               ? ""
               : "format is wav, mp3, ogg, m4a or flac";
  }
  if (key == "file_name") {
    script.pbx_file_name = true;
    return value == "pbx" ? "" : "file_name is pbx, or left out";
  }
  return "unknown field";
}

// "[pause 2] O: text", "[overlap 1.5] C: text" or "O: text". An empty answer means that it is fine.
std::string_view AddTurn(CallScript& script, std::string_view line) {
  Turn turn;
  turn.gap_s = script.turns.empty() ? kLeadIn : kTurnGap;
  if (line.starts_with('[')) {
    const auto close = line.find(']');
    if (close == std::string_view::npos) return "a [directive] is not closed";
    const auto words = Split(line.substr(1, close - 1), ' ');
    const auto seconds = words.size() == 2 ? ParseDouble(words[1]) : std::nullopt;
    if (!seconds || *seconds <= 0 || *seconds > kMaxPause)
      return "a directive is [pause SECONDS] or [overlap SECONDS]";
    if (words[0] == "pause") {
      turn.gap_s = *seconds;
    } else if (words[0] == "overlap" && !script.turns.empty()) {
      turn.gap_s = -*seconds;
    } else {
      return "a directive is [pause SECONDS], or [overlap SECONDS] after another turn";
    }
    line = Trim(line.substr(close + 1));
  }
  if (!line.starts_with("O:") && !line.starts_with("C:")) return "a turn starts with O: or C:";
  turn.side = line[0] == 'O' ? Side::kOperator : Side::kCustomer;
  turn.text = Trim(line.substr(2));
  if (turn.gap_s < 0 && script.turns.back().side == turn.side) return "one side cannot overlap itself";
  if (SpokenWords(turn.text).empty()) return "a turn says nothing";
  script.turns.push_back(std::move(turn));
  return "";
}

std::string_view MissingField(const CallScript& script) {
  if (script.title.empty()) return "title is missing";
  if (script.operator_code.empty()) return "operator is missing";
  if (script.direction.empty()) return "direction is missing";
  if (script.phone.empty()) return "phone is missing";
  if (script.operator_voice.name.empty()) return "operator_voice is missing";
  if (script.customer_voice.name.empty()) return "customer_voice is missing";
  if (script.turns.empty()) return "nobody speaks";
  return "";
}

}  // namespace

Result<CallScript> ParseCallScript(std::string_view id, std::string_view text) {
  CallScript script;
  script.id = id;
  bool in_header = true;
  std::size_t number = 0;
  for (const std::string_view raw : Split(text, '\n')) {
    ++number;
    const std::string_view line = Trim(raw);
    if (line.starts_with('#')) continue;
    if (line.empty()) {
      if (!script.title.empty()) in_header = false;
      continue;
    }
    std::string_view problem;
    if (in_header) {
      const auto colon = line.find(':');
      problem = colon == std::string_view::npos
                    ? "a header line is \"field: value\""
                    : SetField(script, Trim(line.substr(0, colon)), Trim(line.substr(colon + 1)));
    } else {
      problem = AddTurn(script, line);
    }
    if (!problem.empty()) return Wrong(id, number, problem);
  }
  if (const auto problem = MissingField(script); !problem.empty()) return Wrong(id, number, problem);
  return script;
}

Result<std::vector<CallScript>> LoadCallScripts(const std::filesystem::path& folder) {
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".call") files.push_back(entry.path());
  }
  if (files.empty())
    return Fail(Error::Code::kNotFound, "No call scripts (*.call) in " + folder.string() + ".");
  std::sort(files.begin(), files.end());
  std::vector<CallScript> scripts;
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (!stream) return Fail(Error::Code::kNotFound, "Cannot read " + file.string() + ".");
    DIALIX_TRY(auto script, ParseCallScript(file.stem().string(), text));
    scripts.push_back(std::move(script));
  }
  return scripts;
}

std::chrono::sys_seconds StartOf(const CallScript& script, std::chrono::sys_seconds now) {
  const auto today = std::chrono::floor<std::chrono::days>(now + kTashkentOffset);
  return today - std::chrono::days(script.days_ago) + script.time_of_day - kTashkentOffset;
}

std::string FileNameOf(const CallScript& script, std::chrono::sys_seconds start) {
  if (!script.pbx_file_name) return script.id + "." + script.format;
  const auto local = start + kTashkentOffset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{local - day};
  char stamp[48];
  std::snprintf(stamp, sizeof stamp, "%04d%02u%02u-%02d%02d00", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
  const bool inbound = script.direction == "inbound";
  const std::string& first = inbound ? script.phone : script.operator_code;
  const std::string& last = inbound ? script.operator_code : script.phone;
  return std::string(stamp) + "_" + first + "_" + last + "." + script.format;
}

std::string SpokenWords(std::string_view text) {
  std::string words;
  bool gap = false;
  for (const char c : ToLowerAscii(text)) {
    if ((c >= 'a' && c <= 'z') || c == '\'' || (c >= '0' && c <= '9')) {
      if (gap && !words.empty()) words += ' ';
      words += c;
      gap = false;
    } else {
      gap = true;
    }
  }
  return words;
}

}  // namespace dialix::demo
