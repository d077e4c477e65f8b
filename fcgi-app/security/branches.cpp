#include "security/branches.h"

#include <utility>

namespace dialix::security {

Branches::Branches(std::string packed) {
  if (packed.size() % kWidth == 0) packed_ = std::move(packed);
}

const char* Branches::Find(std::string_view company_id) const {
  if (company_id.size() != kIdWidth) return nullptr;
  std::size_t low = 0;
  std::size_t high = size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const std::string_view found(packed_.data() + middle * kWidth, kIdWidth);
    if (found == company_id) return packed_.data() + middle * kWidth + kIdWidth;
    (found < company_id ? low : high) = found < company_id ? middle + 1 : middle;
  }
  return nullptr;
}

bool Branches::IsOpen(std::string_view company_id) const {
  const char* sign = Find(company_id);
  return sign != nullptr && *sign == '+';
}

std::vector<std::string> Branches::Ids() const {
  std::vector<std::string> ids;
  ids.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) ids.push_back(packed_.substr(i * kWidth, kIdWidth));
  return ids;
}

}  // namespace dialix::security
