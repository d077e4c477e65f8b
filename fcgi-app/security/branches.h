// The companies below one, as the person who administers it is remembered with: packed, since a chain of
// shops may have thousands. A plain value, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dialix::security {

class Branches {
 public:
  Branches() = default;
  // As company_branches() of migration 0014 writes them: 36 characters of a uuid in lower case and '+' (open)
  // or
  // '-' (blocked, or below one that is), in ascending order. Anything else: none.
  explicit Branches(std::string packed);

  [[nodiscard]] bool Has(std::string_view company_id) const { return Find(company_id) != nullptr; }
  // There is such a branch, and neither it nor anything above it is blocked.
  [[nodiscard]] bool IsOpen(std::string_view company_id) const;
  [[nodiscard]] std::size_t size() const { return packed_.size() / kWidth; }
  [[nodiscard]] std::size_t bytes() const { return packed_.capacity(); }
  [[nodiscard]] std::vector<std::string> Ids() const;

 private:
  static constexpr std::size_t kIdWidth = 36;
  static constexpr std::size_t kWidth = kIdWidth + 1;
  // The branch's sign, or null.
  [[nodiscard]] const char* Find(std::string_view company_id) const;

  std::string packed_;
};

}  // namespace dialix::security
