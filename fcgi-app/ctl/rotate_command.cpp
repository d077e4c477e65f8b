#include <cstdio>

#include "base/json.h"
#include "base/uuid.h"
#include "ctl/arguments.h"
#include "ctl/commands.h"
#include "ctl/rotate_key.h"

namespace dialix::ctl {
namespace {

constexpr const char* kUsage =
    "usage: dialixctl rotate-key             re-encrypt what is under a key of SECRET_KEY_PREVIOUS with "
    "SECRET_KEY\n"
    "       dialixctl rotate-key --status    count what is under which key, change nothing (--dry-run: the "
    "same)\n"
    "Exits with 0 when nothing is left under an earlier key, so that it can be retired; else with 1.\n";

constexpr store::Statement kNote{"rotate_note",
                                 "INSERT INTO activity_log (id, action, resource_type, resource_id, after) "
                                 "VALUES ($1::uuid, 'secrets.rotate', "
                                 "'key', $2::text, $3::jsonb)"};

struct Totals {
  std::int64_t earlier = 0;
  std::int64_t unreadable = 0;
};

void Print(const security::EncryptedColumn& column, const ColumnKeys& found,
           const std::vector<std::string>& ids) {
  std::printf("%s.%s:", column.table, column.column);
  for (std::size_t i = 0; i < ids.size(); ++i)
    std::printf("%s %lld under %s", i == 0 ? "" : ",", static_cast<long long>(found.rows[i]), ids[i].c_str());
  if (found.unreadable > 0) std::printf(", %lld under none", static_cast<long long>(found.unreadable));
  std::puts("");
  for (const std::string& id : found.unreadable_ids)
    std::printf("  cannot be decrypted: %s %s\n", column.table, id.c_str());
}

Result<Totals> CountAll(KeyRotation& rotation, const std::vector<std::string>& ids) {
  Totals totals;
  for (const auto& column : security::EncryptedColumns()) {
    DIALIX_TRY(const ColumnKeys found, rotation.Count(column));
    Print(column, found, ids);
    for (std::size_t i = 1; i < found.rows.size(); ++i) totals.earlier += found.rows[i];
    totals.unreadable += found.unreadable;
  }
  return totals;
}

Status RotateAll(KeyRotation& rotation, store::Connection& connection, const std::string& id) {
  std::int64_t done = 0;
  for (const auto& column : security::EncryptedColumns()) {
    DIALIX_TRY(const std::int64_t rows, rotation.Rotate(column, [&column](std::int64_t so_far) {
      std::printf("%s.%s: %lld re-encrypted\n", column.table, column.column, static_cast<long long>(so_far));
      std::fflush(stdout);
    }));
    done += rows;
  }
  if (done == 0) return Ok();
  JsonWriter after;
  after.BeginObject().Field("key_id", id).Field("rows", done);
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kNote, {NewUuid(), id, after.EndObject().Take()});
  DIALIX_CHECK(connection.Run(store::Scope::Platform(), batch));
  return Ok();
}

Result<bool> Run(const Config& config, bool only_count) {
  store::Connection::Options options;
  options.url = config.database_url;
  options.statement_timeout_ms = 0;
  options.application_name = "dialixctl rotate-key";
  options.keeps_session = config.db_prepared_statements;
  DIALIX_TRY(auto connection, store::Connection::Open(options));
  const security::KeyRing ring = security::KeyRing::Of(config);
  const security::EncryptionService encryption(ring);
  const std::vector<std::string> ids = ring.Ids();
  KeyRotation rotation(*connection, encryption, ids.size());
  std::printf("current key: %s, %zu before it\n", ids.front().c_str(), ids.size() - 1);
  if (!only_count) DIALIX_CHECK(RotateAll(rotation, *connection, ids.front()));
  // Counted at the end, whoever has written meanwhile: a server that still runs with the earlier key may
  // have.
  DIALIX_TRY(const Totals totals, CountAll(rotation, ids));
  std::printf("left under earlier keys: %lld, cannot be decrypted: %lld\n",
              static_cast<long long>(totals.earlier), static_cast<long long>(totals.unreadable));
  return totals.earlier == 0 && totals.unreadable == 0;
}

}  // namespace

int RunRotateKey(int argc, char** argv, const Environment& environment) {
  const auto arguments = Arguments::Parse(argc, argv, {}, {"status", "dry-run"});
  if (!arguments || !arguments->words().empty()) {
    std::fputs(kUsage, stderr);
    return kExitUsage;
  }
  const auto config = LoadOrExplain(environment, Needs::kSecrets);
  if (!config) return kExitConfig;
  const auto clean = Run(*config, arguments->Has("status") || arguments->Has("dry-run"));
  if (!clean) PrintError(clean.error());
  return clean && *clean ? 0 : 1;
}

}  // namespace dialix::ctl
