// The table of settings: names, defaults, what they mean, how their text is read. Only config.cpp uses it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"

namespace dialix {

inline constexpr unsigned kServerBit = 1;
inline constexpr unsigned kAnalyzerBit = 2;
inline constexpr unsigned kMigrateBit = 4;
inline constexpr unsigned kSecretsBit = 8;

using Setter = std::function<std::string(Config&, const std::string&)>;  // the complaint; empty: fine

struct Setting {
  const char* name;
  const char* fallback;
  bool secret;
  unsigned required_by;
  const char* help;
  Setter set;
};

[[nodiscard]] const std::vector<Setting>& Settings();
[[nodiscard]] bool IsKnownSetting(std::string_view name);
// It begins as ours do: where it is none of them, it is a typing error.
[[nodiscard]] bool LooksLikeSetting(std::string_view name);

}  // namespace dialix
