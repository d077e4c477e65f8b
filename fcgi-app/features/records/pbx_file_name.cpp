#include "features/records/pbx_file_name.h"

#include <algorithm>

#include "base/text.h"

namespace dialix::features {
namespace {

bool AreDigits(std::string_view text, std::size_t count) {
  return text.size() == count &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<PbxFileName> ParsePbxFileName(std::string_view file_name) {
  const auto dot = file_name.rfind('.');
  const auto parts = Split(file_name.substr(0, dot), '_');
  if (parts.size() < 2) return std::nullopt;
  const std::string_view last = parts[parts.size() - 1];
  const std::string_view before = parts[parts.size() - 2];
  if (AreDigits(before, 9) && AreDigits(last, 3)) {
    return PbxFileName{std::string(last), std::string(before), "inbound"};
  }
  if (AreDigits(before, 3) && AreDigits(last, 9)) {
    return PbxFileName{std::string(before), std::string(last), "outbound"};
  }
  return std::nullopt;
}

}  // namespace dialix::features
