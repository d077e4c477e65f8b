// SHA-256 (FIPS 180-4) of what comes in pieces. One thread's.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace dialix::privacy {

class Digest {
 public:
  Digest();
  void Update(std::string_view bytes);
  // 64 lower-case hex digits. Nothing can be added afterwards.
  [[nodiscard]] std::string Finish();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace dialix::privacy
