#include "privacy/receipt.h"

#include "security/ed25519.h"

namespace dialix::privacy {
namespace {

constexpr std::string_view kPurpose = "erasure receipt";
constexpr std::string_view kType = "dialix-erasure-receipt";

}  // namespace

std::vector<security::JwsKey> ReceiptKeys(const security::KeyRing& keys) {
  const std::vector<std::string> ids = keys.Ids();
  const std::vector<std::string> seeds = keys.DeriveAll(kPurpose);
  std::vector<security::JwsKey> made;
  for (std::size_t i = 0; i < ids.size(); ++i) made.push_back({ids[i], security::Ed25519PublicKey(seeds[i])});
  return made;
}

std::string SignReceipt(const security::KeyRing& keys, std::string_view claims) {
  return security::SignJws(keys.Derive(kPurpose), keys.Id(), kType, claims);
}

}  // namespace dialix::privacy
