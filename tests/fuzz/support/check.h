// What a fuzz target holds to be true: FUZZ_CHECK(condition) ends the program where it is not, and libFuzzer
// keeps the input. Stays on in every build type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/text.h"

#define FUZZ_CHECK(condition) ((condition) ? void() : ::dialix::fuzz::Broken(#condition, __FILE__, __LINE__))

namespace dialix::fuzz {

[[noreturn]] inline void Broken(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  std::abort();
}

inline std::string_view View(const std::uint8_t* data, std::size_t size) {
  return size == 0 ? std::string_view("") : std::string_view(reinterpret_cast<const char*>(data), size);
}

// What is before the first `separator`, and what is behind it.
inline std::pair<std::string_view, std::string_view> Cut(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, ""};
  return {text.substr(0, at), text.substr(at + 1)};
}

// Text that may go out, into a header, a log or a page.
inline bool IsCleanLine(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return IsValidUtf8(text);
}

}  // namespace dialix::fuzz
