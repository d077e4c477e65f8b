// The name of a cached value: prefix, company and every argument that decides it, in the order given.
// Deterministic, unambiguous (each part carries its length) and the same in every process; a long one is
// hashed (SHA-256). Plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dialix::cache {

class CacheKey {
 public:
  CacheKey(std::string_view prefix, std::string_view company_id);
  CacheKey& Add(std::string_view argument);
  CacheKey& Add(const char* argument) { return Add(std::string_view(argument)); }
  CacheKey& Add(const std::string& argument) { return Add(std::string_view(argument)); }
  CacheKey& Add(std::int64_t argument);
  CacheKey& Add(int argument) { return Add(std::int64_t{argument}); }
  CacheKey& Add(const std::optional<bool>& argument);
  CacheKey& Add(const std::optional<std::string>& argument);  // nothing differs from ""

  // At most 128 bytes, no blanks, no control characters.
  [[nodiscard]] std::string Take() &&;

 private:
  std::string text_;
  bool plain_ = true;  // nothing in it that must be hashed away
};

}  // namespace dialix::cache
