// What a PBX says in a recording's file name: underscore-separated parts whose last two hold a three-digit
// operator code and a nine-digit client number. The code last means inbound, the number last means outbound.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dialix::features {

struct PbxFileName {
  std::string operator_code;        // three digits
  std::string client_phone_number;  // nine digits
  std::string call_type;            // "inbound" | "outbound"
};

// Nothing for a name that is not of that pattern. The extension does not count.
[[nodiscard]] std::optional<PbxFileName> ParsePbxFileName(std::string_view file_name);

}  // namespace dialix::features
