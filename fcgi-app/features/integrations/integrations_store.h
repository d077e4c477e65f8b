// The SQL of a company's outside services: PBX, Bitrix24, amoCRM. Secrets come and go as Fernet tokens; plain
// ones are seen by the handlers alone. One round trip each; every change is noted without its secrets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/endpoint/endpoint.h"

namespace dialix::features::integrations {

// One kind of service: its table's statements, and what of it is secret.
struct Kind {
  const char* name;                  // in paths: "pbx"
  const char* title;                 // for people
  std::vector<const char*> secrets;  // the API's members, in the order of the statements' token columns
  const store::Statement& read;
  const store::Statement& put;
  const store::Statement& erase;
  const store::Statement& check;
  const store::Statement& failed;
};

[[nodiscard]] const Kind& Pbx();
[[nodiscard]] const Kind& Bitrix();
[[nodiscard]] const Kind& Amocrm();

struct Stored {
  std::string json;                 // all but the secrets
  std::vector<std::string> tokens;  // the secrets, in the order of Kind::secrets
};

// Errors: kNotFound where the company has no such service.
[[nodiscard]] Result<Stored> Read(Call& call, const Kind& kind);
// `params`: what the kind's statement takes after context and company. Nothing where a secret is missing and
// none is stored.
[[nodiscard]] Result<std::optional<Stored>> Put(Call& call, const Kind& kind,
                                                std::vector<store::Param> params);
[[nodiscard]] Status Erase(Call& call, const Kind& kind);
// As Read, and notes that it is being tried; what went wrong the last time is forgotten.
[[nodiscard]] Result<Stored> ReadForCheck(Call& call, const Kind& kind);
// Why it could not be reached or did not take the key, for people. Nothing where it was removed meanwhile.
[[nodiscard]] Status NoteFailure(Call& call, const Kind& kind, const std::string& reason);

}  // namespace dialix::features::integrations
