#include "security/jws.h"

#include "base/json.h"
#include "base/text.h"
#include "security/ed25519.h"

namespace dialix::security {
namespace {

Error NotJws() {
  return Fail(Error::Code::kMalformed, "This is no document signed by Ed25519 (JWS, compact form).");
}

}  // namespace

std::string SignJws(std::string_view seed, std::string_view key_id, std::string_view type,
                    std::string_view payload) {
  JsonWriter header;
  header.BeginObject().Field("alg", "EdDSA").Field("typ", type).Field("kid", key_id).EndObject();
  std::string signed_part = ToBase64Url(header.Take()) + "." + ToBase64Url(payload);
  const std::string signature = Ed25519Sign(seed, signed_part);
  return signed_part + "." + ToBase64Url(signature);
}

Result<std::string> VerifyJws(std::string_view compact, const std::vector<JwsKey>& keys) {
  const std::vector<std::string_view> parts = Split(compact, '.');
  if (parts.size() != 3) return NotJws();
  const auto header_text = FromBase64Url(parts[0]);
  auto payload = FromBase64Url(parts[1]);
  const auto signature = FromBase64Url(parts[2]);
  if (!header_text || !payload || !signature) return NotJws();
  const auto header = JsonDocument::Parse(*header_text);
  if (!header || header->Root()["alg"].StringOr("") != "EdDSA" || header->Root()["crit"].Exists())
    return NotJws();
  const auto wanted = header->Root()["kid"].String();
  const std::string_view signed_part = compact.substr(0, parts[0].size() + 1 + parts[1].size());
  for (const JwsKey& key : keys) {
    if (wanted && *wanted != key.id) continue;
    if (Ed25519Verify(key.public_key, signed_part, *signature)) return std::move(*payload);
  }
  return Fail(Error::Code::kForbidden, "The signature is none of these keys', or the document was changed.");
}

std::string WriteJwks(const std::vector<JwsKey>& keys) {
  JsonWriter json;
  json.BeginObject().Key("keys").BeginArray();
  for (const JwsKey& key : keys) {
    json.BeginObject().Field("kty", "OKP").Field("crv", "Ed25519").Field("use", "sig").Field("alg", "EdDSA");
    json.Field("kid", key.id).Field("x", ToBase64Url(key.public_key)).EndObject();
  }
  return json.EndArray().EndObject().Take();
}

Result<std::vector<JwsKey>> ReadJwks(std::string_view text) {
  DIALIX_TRY(const JsonDocument document, JsonDocument::Parse(text));
  const JsonView list = document.Root()["keys"];
  if (!list.IsArray()) return Fail(Error::Code::kMalformed, "This is no set of keys (JWKS).");
  std::vector<JwsKey> keys;
  for (std::size_t i = 0; i < list.Size(); ++i) {
    if (list[i]["kty"].StringOr("") != "OKP" || list[i]["crv"].StringOr("") != "Ed25519") continue;
    auto bytes = FromBase64Url(list[i]["x"].StringOr(""));
    if (!bytes || bytes->size() != kEd25519Bytes)
      return Fail(Error::Code::kMalformed, "A key of the set is damaged.");
    keys.push_back({list[i]["kid"].StringOr(""), std::move(*bytes)});
  }
  return keys;
}

}  // namespace dialix::security
