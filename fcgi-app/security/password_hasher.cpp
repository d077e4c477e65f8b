#include "security/password_hasher.h"

#include <argon2.h>

#include "base/text.h"
#include "base/uuid.h"

namespace dialix::security {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kMinCharacters = 10;
constexpr std::size_t kMaxBytes = 200;

}  // namespace

class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {
    std::unique_lock lock(hasher_.mutex_);
    hasher_.free_.wait(lock, [&] { return hasher_.running_ < hasher_.parameters_.max_concurrent; });
    ++hasher_.running_;
  }
  ~Turn() {
    const std::lock_guard lock(hasher_.mutex_);
    --hasher_.running_;
    hasher_.free_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  PasswordHasher& hasher_;
};

Result<std::string> PasswordHasher::Hash(std::string_view password) {
  const Turn turn(*this);
  const std::string salt = RandomBytes(kSaltBytes);
  std::string phc(argon2_encodedlen(parameters_.iterations, parameters_.memory_kib, parameters_.lanes,
                                    kSaltBytes, kHashBytes, Argon2_id),
                  '\0');
  const int code = argon2id_hash_encoded(parameters_.iterations, parameters_.memory_kib, parameters_.lanes,
                                         password.data(), password.size(), salt.data(), salt.size(),
                                         kHashBytes, phc.data(), phc.size());
  if (code != ARGON2_OK) return Internal(std::string("argon2: ") + argon2_error_message(code));
  phc.resize(phc.find('\0'));
  return phc;
}

bool PasswordHasher::Verify(std::string_view password, const std::string& phc) {
  const Turn turn(*this);
  return phc.rfind("$argon2id$", 0) == 0 &&
         argon2id_verify(phc.c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool PasswordHasher::VerifyNobody(std::string_view password) {
  std::string phc;
  {
    const std::lock_guard lock(mutex_);
    phc = nobody_;
  }
  if (phc.empty()) {
    auto made = Hash(ToHex(RandomBytes(32)));
    if (!made) return false;
    phc = *made;
    const std::lock_guard lock(mutex_);
    nobody_ = phc;
  }
  (void)Verify(password, phc);
  return false;
}

std::string PasswordComplaint(std::string_view password) {
  if (!IsValidUtf8(password)) return "must be valid UTF-8";
  if (Utf8Length(password) < kMinCharacters)
    return "must have at least " + std::to_string(kMinCharacters) + " characters";
  if (password.size() > kMaxBytes) return "must have at most " + std::to_string(kMaxBytes) + " bytes";
  if (password.find_first_not_of(password.front()) == std::string_view::npos)
    return "must not be one character repeated";
  return {};
}

}  // namespace dialix::security
