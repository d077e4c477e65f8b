#include <cstdio>
#include <iostream>

#include "base/uuid.h"
#include "ctl/arguments.h"
#include "ctl/commands.h"
#include "ctl/tell_cache.h"
#include "security/password_hasher.h"
#include "store/connection.h"

namespace dialix::ctl {
namespace {

constexpr const char* kUsage =
    "usage: dialixctl create-admin --email E [--name N] --password-stdin < PASSWORD\n";

constexpr store::Statement kUpsert{
    "admin_upsert",
    "WITH changed AS (UPDATE account SET password_hash = $4::text, password_changed_at = now(), is_active = "
    "true, is_invited = false, blocked_at = NULL, block_reason = '' "
    "WHERE lower(email) = lower($2::text) AND role = 'admin' AND deleted_at IS NULL RETURNING id), "
    "ended AS (DELETE FROM session WHERE account_id IN (SELECT id FROM changed)), "
    "unlinked AS (DELETE FROM account_link WHERE account_id IN (SELECT id FROM changed)), "
    "made AS (INSERT INTO account (id, email, name, role, language, password_hash) "
    "SELECT $1::uuid, $2::text, $3::text, 'admin', 'en', $4::text WHERE NOT EXISTS (SELECT FROM changed) "
    "RETURNING id), "
    "noted AS (INSERT INTO activity_log (id, action, resource_type, resource_id, user_agent) "
    "SELECT $5::uuid, CASE WHEN EXISTS (SELECT FROM made) THEN 'account.create' ELSE "
    "'account.password_change' END, "
    "'account', id::text, 'dialixctl create-admin' FROM (SELECT id FROM changed UNION ALL SELECT id FROM "
    "made) "
    "AS one) "
    "SELECT EXISTS (SELECT FROM made)"};

Status Run(const Arguments& arguments, const Config& config, const std::string& password) {
  const std::string email = *arguments.Get("email");
  if (email.find('@') == std::string::npos)
    return Fail(Error::Code::kInvalid, "--email must be an e-mail address");
  const std::string name = arguments.Get("name").value_or("Administrator");
  if (const std::string complaint = security::PasswordComplaint(password, {email, name});
      !complaint.empty()) {
    return Fail(Error::Code::kInvalid, "the password " + complaint);
  }
  security::PasswordHasher hasher(security::PasswordParameters::Of(config));
  DIALIX_TRY(const std::string hash, hasher.Hash(password));
  store::Connection::Options options;
  options.url = config.database_owner_url;
  DIALIX_TRY(auto connection, store::Connection::Open(options));
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kUpsert, {NewUuid(), email, name, hash, NewUuid()});
  store::Connection::Notes notes;
  DIALIX_TRY(auto rows, connection->Run(store::Scope::Platform(), batch, &notes));
  TellCache(config, notes.changes);
  std::printf("%s %s\n", rows.front().Bool(0, 0) ? "created" : "set the password of", email.c_str());
  return Ok();
}

}  // namespace

int RunCreateAdmin(int argc, char** argv, const Environment& environment) {
  const auto arguments = Arguments::Parse(argc, argv, {"email", "name"}, {"password-stdin"});
  if (!arguments || !arguments->Get("email") || !arguments->Has("password-stdin")) {
    std::fputs(kUsage, stderr);
    return kExitUsage;
  }
  const auto config = LoadOrExplain(environment, Needs::kMigrate);
  if (!config) return kExitConfig;
  std::string password;
  std::getline(std::cin, password);
  const auto done = Run(*arguments, *config, password);
  if (!done) PrintError(done.error());
  return done ? 0 : 1;
}

}  // namespace dialix::ctl
