#include "ctl/arguments.h"

#include <algorithm>

namespace dialix::ctl {
namespace {

bool Contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<Arguments> Arguments::Parse(int argc, char** argv, const std::vector<std::string_view>& options,
                                   const std::vector<std::string_view>& flags) {
  Arguments arguments;
  for (int i = 0; i < argc; ++i) {
    const std::string_view text(argv[i]);
    if (text.substr(0, 2) != "--") {
      arguments.words_.emplace_back(text);
      continue;
    }
    const auto equals = text.find('=');
    const std::string_view name = text.substr(2, equals == std::string_view::npos ? equals : equals - 2);
    if (Contains(flags, name) && equals == std::string_view::npos) {
      arguments.values_.emplace(name, "");
    } else if (!Contains(options, name)) {
      return Fail(Error::Code::kInvalid, "unknown option --" + std::string(name));
    } else if (equals != std::string_view::npos) {
      arguments.values_.emplace(name, text.substr(equals + 1));
    } else if (i + 1 < argc) {
      arguments.values_.emplace(name, argv[++i]);
    } else {
      return Fail(Error::Code::kInvalid, "--" + std::string(name) + " needs a value");
    }
  }
  return arguments;
}

std::optional<std::string> Arguments::Get(std::string_view option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace dialix::ctl
