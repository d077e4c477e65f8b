#include "features/accounts/account_links.h"

#include "base/json.h"
#include "security/token.h"

namespace dialix::features::accounts {

NewLink MakeLink(const Call& call, Link::Purpose purpose) {
  const Config& config = call.services.config;
  NewLink made;
  made.token = security::NewToken();
  made.link = {purpose, security::HashToken(made.token),
               purpose == Link::Purpose::kInvitation ? config.invitation_ttl_s : config.password_reset_ttl_s};
  return made;
}

std::string LinkJson(const NewLink& link, const Changed& stored) {
  JsonWriter writer;
  writer.BeginObject().Field("token", link.token).Field("expires_at", stored.link_expires_at);
  return writer.EndObject().Take();
}

}  // namespace dialix::features::accounts
