#include "audit/chain.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

#include "security/token.h"

namespace dialix::audit {
namespace {

// "5:hello", "-" for null: what follows can't be taken for a part of it.
void Put(std::string& text, std::optional<std::string_view> field) {
  if (!field) {
    text += '-';
    return;
  }
  text += std::to_string(field->size());
  text += ':';
  text += *field;
}

void Put(std::string& text, std::int64_t number) { Put(text, std::string_view(std::to_string(number))); }

std::string Hmac(std::string_view key, std::string_view text) {
  std::string mac(kHashBytes, '\0');
  unsigned int size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(),
           reinterpret_cast<unsigned char*>(mac.data()), &size) == nullptr ||
      size != kHashBytes) {
    throw std::runtime_error("HMAC failed");
  }
  return mac;
}

}  // namespace

std::string FirstRoot() { return std::string(kHashBytes, '\0'); }

std::string EntryHash(const Columns& columns) {
  std::string text = "dialix-entry-1\n";
  for (const auto& column : columns) Put(text, column);
  return security::Sha256(text);
}

std::string StampOf(std::string_view key, std::int64_t seq, std::string_view log_id,
                    std::string_view entry_hash) {
  std::string text = "dialix-stamp-1\n";
  Put(text, seq);
  Put(text, log_id);
  Put(text, entry_hash);
  return Hmac(key, text);
}

std::string NextRoot(std::string_view root, std::string_view stamp) {
  std::string text(root);
  text += stamp;
  return security::Sha256(text);
}

std::string SignSeal(std::string_view key, const Seal& seal) {
  std::string text = "dialix-seal-1\n";
  Put(text, seal.batch);
  Put(text, seal.first_seq);
  Put(text, seal.last_seq);
  Put(text, seal.previous_root);
  Put(text, seal.root);
  Put(text, seal.newest_at);
  Put(text, seal.drained ? 1 : 0);
  Put(text, seal.sealed_at);
  Put(text, seal.key_id);
  return Hmac(key, text);
}

std::string SignRemoval(std::string_view key, std::string_view seal_signature, std::int64_t batch,
                        std::int64_t removed_at, std::string_view key_id) {
  std::string text = "dialix-removal-1\n";
  Put(text, seal_signature);
  Put(text, batch);
  Put(text, removed_at);
  Put(text, key_id);
  return Hmac(key, text);
}

std::string SignEntryRemoval(std::string_view key, const EntryRemoval& removal) {
  std::string text = "dialix-entry-removal-1\n";
  Put(text, removal.seq);
  Put(text, removal.stamp);
  Put(text, removal.created_at);
  Put(text, removal.removed_at);
  Put(text, removal.key_id);
  return Hmac(key, text);
}

}  // namespace dialix::audit
