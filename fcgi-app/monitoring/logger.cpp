#include "monitoring/logger.h"

#include <unistd.h>

#include <cerrno>
#include <cmath>

#include "base/clock.h"
#include "base/json.h"

namespace dialix::monitoring {
namespace {

constexpr std::size_t kMaxLine =
    4096;  // PIPE_BUF on Linux: a longer write may be mixed with another process's

thread_local std::string_view current_request_id;

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
    case LogLevel::kOff:
      break;
  }
  return "off";
}

std::string_view Cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;  // whole code points
  return text.substr(0, limit);
}

std::string FormatLine(LogLevel level, std::string_view event, std::span<const LogField> fields,
                       std::size_t longest_text) {
  JsonWriter json;
  json.BeginObject();
  json.Field("ts", FormatUtc(Now()))
      .Field("level", LevelName(level))
      .Field("event", Cut(event, longest_text));
  if (!current_request_id.empty()) json.Field("request_id", Cut(current_request_id, 64));
  for (const LogField& field : fields) {
    json.Key(Cut(field.key, 64));
    std::visit(
        [&](const auto& value) {
          using T = std::decay_t<decltype(value)>;
          if constexpr (std::is_same_v<T, std::string_view>) json.String(Cut(value, longest_text));
          if constexpr (std::is_same_v<T, std::int64_t>) json.Int(value);
          if constexpr (std::is_same_v<T, double>) json.Double(value);
          if constexpr (std::is_same_v<T, bool>) json.Bool(value);
        },
        field.value);
  }
  json.EndObject();
  return json.Take() + '\n';
}

void WriteLine(int fd, const std::string& line) {
  while (::write(fd, line.data(), line.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace

std::optional<LogLevel> ParseLogLevel(std::string_view text) {
  for (LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError, LogLevel::kOff}) {
    if (text == LevelName(level)) return level;
  }
  return std::nullopt;
}

LogLevel LogLevelOf(const Config& config) {
  return ParseLogLevel(config.log_level == "warning" ? "warn" : config.log_level).value_or(LogLevel::kInfo);
}

void StructuredLogger::Log(LogLevel level, std::string_view event,
                           std::span<const LogField> fields) const noexcept {
  if (!Enabled(level)) return;
  const int saved_errno = errno;
  try {
    for (std::size_t longest_text : {2048UL, 512UL, 96UL, 16UL}) {
      const std::string line = FormatLine(level, event, fields, longest_text);
      if (line.size() > kMaxLine && longest_text > 16) continue;
      WriteLine(fd_, line.size() <= kMaxLine ? line : FormatLine(level, event, {}, longest_text));
      break;
    }
  } catch (...) {
    // Out of memory while logging: the line is lost, the request is not.
  }
  errno = saved_errno;
}

ScopedRequestId::ScopedRequestId(std::string_view id) : outer_(current_request_id) {
  current_request_id = id;
}
ScopedRequestId::~ScopedRequestId() { current_request_id = outer_; }

}  // namespace dialix::monitoring
