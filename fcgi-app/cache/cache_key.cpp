#include "cache/cache_key.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace dialix::cache {
namespace {

constexpr std::size_t kLongest = 128;

bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

std::string Sha256Text(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return ToBase64Url({reinterpret_cast<const char*>(digest.data()), length});
}

}  // namespace

CacheKey::CacheKey(std::string_view prefix, std::string_view company_id) {
  text_.reserve(kLongest);
  text_ += prefix;
  text_ += ':';
  text_ += company_id;
}

CacheKey& CacheKey::Add(std::string_view argument) {
  text_ += ':';
  text_ += std::to_string(argument.size());
  text_ += '.';
  text_ += argument;
  plain_ = plain_ && IsPlain(argument);
  return *this;
}

CacheKey& CacheKey::Add(std::int64_t argument) { return Add(std::string_view(std::to_string(argument))); }

CacheKey& CacheKey::Add(const std::optional<bool>& argument) {
  return Add(!argument ? std::int64_t{2} : std::int64_t{*argument});
}

CacheKey& CacheKey::Add(const std::optional<std::string>& argument) {
  if (argument) return Add(std::string_view(*argument));
  text_ += ":-";
  return *this;
}

std::string CacheKey::Take() && {
  if (plain_ && text_.size() <= kLongest) return std::move(text_);
  // The prefix and the company stay readable.
  std::string key = text_.substr(0, text_.find(':', text_.find(':') + 1));
  key += '#';
  key += Sha256Text(text_);
  return key;
}

}  // namespace dialix::cache
