// StructuredLogger: one JSON object a line, {"ts","level","event","request_id",…fields}, for journald or a
// file. A plain value (a level and an fd it does not own): copy it freely, use it from any thread and across
// fork. Each line is one write(2) of at most 4096 bytes (PIPE_BUF), so lines of many processes never mix;
// long strings are cut. Never throws and never fails the caller: a line that cannot be written is lost.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/config.h"

namespace dialix::monitoring {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };

// "debug" | "info" | "warn" | "error" | "off".
[[nodiscard]] std::optional<LogLevel> ParseLogLevel(std::string_view text);
// The level that LOG_LEVEL names; its "warning" is the logger's "warn".
[[nodiscard]] LogLevel LogLevelOf(const Config& config);

// One key and value of a line. Points at the caller's text: make it in the call itself.
struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) LogField(std::string_view k, T v)
      : key(k), value(static_cast<std::int64_t>(v)) {}
};

class StructuredLogger {
 public:
  explicit StructuredLogger(LogLevel threshold = LogLevel::kInfo, int fd = 2)
      : threshold_(threshold), fd_(fd) {}

  [[nodiscard]] bool Enabled(LogLevel level) const {
    return level >= threshold_ && threshold_ != LogLevel::kOff;
  }
  void Log(LogLevel level, std::string_view event, std::span<const LogField> fields) const noexcept;

  void Debug(std::string_view event, std::initializer_list<LogField> fields = {}) const noexcept {
    Log(LogLevel::kDebug, event, {fields.begin(), fields.size()});
  }
  void Info(std::string_view event, std::initializer_list<LogField> fields = {}) const noexcept {
    Log(LogLevel::kInfo, event, {fields.begin(), fields.size()});
  }
  void Warn(std::string_view event, std::initializer_list<LogField> fields = {}) const noexcept {
    Log(LogLevel::kWarn, event, {fields.begin(), fields.size()});
  }
  void Error(std::string_view event, std::initializer_list<LogField> fields = {}) const noexcept {
    Log(LogLevel::kError, event, {fields.begin(), fields.size()});
  }

 private:
  LogLevel threshold_;
  int fd_;
};

// While it lives, every line this thread logs carries the request's id. Nests; restores the outer one.
class ScopedRequestId {
 public:
  explicit ScopedRequestId(std::string_view id);  // `id` must outlive this object
  ~ScopedRequestId();
  ScopedRequestId(const ScopedRequestId&) = delete;
  ScopedRequestId& operator=(const ScopedRequestId&) = delete;

 private:
  std::string_view outer_;
};

}  // namespace dialix::monitoring
