#include "security/sealed_text.h"

#include "base/json.h"
#include "security/secret_bytes.h"

namespace dialix::security {
namespace {

constexpr std::string_view kText = R"(_sealed" : ")";
constexpr std::string_view kDocument = R"(_sealed_json" : ")";
constexpr std::string_view kBoth = "_sealed";

}  // namespace

Result<std::string> OpenSealed(const EncryptionService& encryption, std::string json) {
  const std::string_view all(json);
  std::string opened;
  std::size_t done = 0;
  for (std::size_t at = all.find(kBoth); at != std::string_view::npos; at = all.find(kBoth, at + 1)) {
    const std::string_view rest = all.substr(at);
    const bool is_text = rest.starts_with(kText);
    if (!is_text && !rest.starts_with(kDocument)) continue;
    const std::size_t token = at + (is_text ? kText : kDocument).size();
    const std::size_t end = all.find('"', token);
    if (end == std::string_view::npos) break;
    DIALIX_TRY(std::string plain, encryption.Decrypt(all.substr(token, end - token)));
    opened.append(all.substr(done, at - done)).append("\" : ");
    if (is_text) {
      opened += JsonWriter().String(plain).Take();
    } else {
      opened += plain;
    }
    Wipe(plain);
    done = end + 1;
    at = end;
  }
  if (done == 0) return json;
  opened.append(all.substr(done));
  return opened;
}

}  // namespace dialix::security
