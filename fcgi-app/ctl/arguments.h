// The command line of dialixctl: words and --options. One thread's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dialix::ctl {

class Arguments {
 public:
  // "--name value", "--name=value" and, for names in `flags`, "--name" alone. Errors: kInvalid with what is
  // wrong.
  static Result<Arguments> Parse(int argc, char** argv, const std::vector<std::string_view>& options,
                                 const std::vector<std::string_view>& flags);

  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }
  [[nodiscard]] std::optional<std::string> Get(std::string_view option) const;
  [[nodiscard]] bool Has(std::string_view flag) const { return values_.count(flag) != 0; }

 private:
  std::vector<std::string> words_;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace dialix::ctl
