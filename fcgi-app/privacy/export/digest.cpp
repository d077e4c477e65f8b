#include "privacy/export/digest.h"

#include <stdexcept>

#include "base/text.h"

namespace dialix::privacy {

Digest::Digest() : context_(EVP_MD_CTX_new()) {
  if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("no SHA-256");
}

void Digest::Update(std::string_view bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1)
    throw std::runtime_error("no SHA-256");
}

std::string Digest::Finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_DigestFinal_ex(context_.get(), digest, &size) != 1) throw std::runtime_error("no SHA-256");
  return ToHex({reinterpret_cast<const char*>(digest), size});
}

}  // namespace dialix::privacy
