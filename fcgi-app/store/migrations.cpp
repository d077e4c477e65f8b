#include "store/migrations.h"

#include <openssl/sha.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "store/sql_error.h"

namespace dialix::store {
namespace {

constexpr std::int64_t kLockKey = 0x6469616c6978;  // "dialix"

constexpr const char* kCreateHistory =
    "CREATE TABLE IF NOT EXISTS schema_migration (version integer PRIMARY KEY, name text NOT NULL, "
    "checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())";
constexpr Statement kHistoryExists{"migration_history_exists",
                                   "SELECT to_regclass('public.schema_migration') IS NOT NULL"};
constexpr Statement kHistory{"migration_history",
                             "SELECT version, name, checksum, to_char(applied_at AT TIME ZONE 'UTC', "
                             "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
                             "FROM schema_migration ORDER BY version"};

std::string Sha256Hex(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return ToHex({reinterpret_cast<const char*>(digest), sizeof digest});
}

// Quotes a value that we made ourselves: a file name of checked letters, a hex digest.
std::string Quoted(const std::string& text) { return "'" + text + "'"; }

bool IsPlainName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Holds the advisory lock while it lives; a broken connection frees it as well.
class MigrationLock {
 public:
  explicit MigrationLock(Connection& connection) : connection_(connection) {}
  Status Take() { return connection_.RunScript("SELECT pg_advisory_lock(" + std::to_string(kLockKey) + ")"); }
  ~MigrationLock() {
    (void)connection_.RunScript("SELECT pg_advisory_unlock(" + std::to_string(kLockKey) + ")");
  }
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

Result<std::vector<Migration>> ReadMigrations(const std::filesystem::path& folder) {
  std::vector<Migration> migrations;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    if (entry.path().extension() != ".sql") continue;
    Migration migration;
    migration.name = entry.path().stem().string();
    const auto number = ParseInt(std::string_view(migration.name).substr(0, 4));
    if (!number || *number < 1 || migration.name.size() < 6 || migration.name[4] != '_' ||
        !IsPlainName(migration.name)) {
      return Fail(Error::Code::kInvalid, entry.path().string() + " is not named NNNN_name.sql");
    }
    migration.version = static_cast<int>(*number);
    std::ifstream file(entry.path(), std::ios::binary);
    migration.sql.assign(std::istreambuf_iterator<char>(file), {});
    if (!file) return Fail(Error::Code::kInvalid, "cannot read " + entry.path().string());
    migration.checksum = Sha256Hex(migration.sql);
    migrations.push_back(std::move(migration));
  }
  if (code || migrations.empty()) return Fail(Error::Code::kInvalid, "no migrations in " + folder.string());
  std::sort(migrations.begin(), migrations.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    if (migrations[i].version != static_cast<int>(i) + 1) {
      return Fail(Error::Code::kInvalid, "migration number " + std::to_string(i + 1) +
                                             " is missing or used twice near " + migrations[i].name + ".sql");
    }
  }
  return migrations;
}

Status CheckHistory(const std::vector<Migration>& files, const std::vector<AppliedMigration>& applied) {
  Error error = Fail(Error::Code::kConflict, "The database was migrated by other files than these.");
  for (std::size_t i = 0; i < applied.size(); ++i) {
    const std::string file = applied[i].name + ".sql";
    const auto found = std::find_if(files.begin(), files.end(),
                                    [&](const Migration& m) { return m.version == applied[i].version; });
    if (applied[i].version != static_cast<int>(i) + 1) {
      error.fields.push_back({file, "gap", "was applied, but the one before it was not"});
    } else if (found == files.end()) {
      error.fields.push_back({file, "missing", "was applied to this database, but the file is missing"});
    } else if (found->name != applied[i].name) {
      error.fields.push_back(
          {file, "renamed", "was applied, but the file is now called " + found->name + ".sql"});
    } else if (found->checksum != applied[i].checksum) {
      error.fields.push_back(
          {file, "edited", "was edited after it was applied; restore it and write a new migration"});
    }
  }
  if (!error.fields.empty()) return error;
  return Ok();
}

Result<std::vector<AppliedMigration>> AppliedMigrations(Connection& connection) {
  Batch exists;
  exists.Add(kHistoryExists);
  DIALIX_TRY(auto answer, connection.Run(Scope::None(), exists));
  std::vector<AppliedMigration> applied;
  if (!answer.front().Bool(0, 0)) return applied;
  Batch history;
  history.Add(kHistory);
  DIALIX_TRY(auto rows, connection.Run(Scope::None(), history));
  for (int i = 0; i < rows.front().size(); ++i) {
    applied.push_back({static_cast<int>(rows.front().Int(i, 0)), rows.front().String(i, 1),
                       rows.front().String(i, 2), rows.front().String(i, 3)});
  }
  return applied;
}

Result<int> Migrate(Connection& connection, const std::vector<Migration>& files,
                    const std::function<void(const Migration&)>& report) {
  MigrationLock lock(connection);
  DIALIX_CHECK(lock.Take());
  DIALIX_CHECK(connection.RunScript(kCreateHistory));
  DIALIX_TRY(const auto applied, AppliedMigrations(connection));
  DIALIX_CHECK(CheckHistory(files, applied));
  int count = 0;
  for (std::size_t i = applied.size(); i < files.size(); ++i) {
    const Migration& migration = files[i];
    report(migration);
    const std::string remember = "INSERT INTO schema_migration (version, name, checksum) VALUES (" +
                                 std::to_string(migration.version) + "," + Quoted(migration.name) + "," +
                                 Quoted(migration.checksum) + ")";
    if (auto done = connection.RunScript("BEGIN;\n" + migration.sql + "\n;" + remember + "; COMMIT"); !done) {
      (void)connection.RunScript("ROLLBACK");
      Error error = std::move(done).error();
      error.public_message = migration.name + ".sql failed, nothing of it stands: " + error.public_message;
      return error;
    }
    ++count;
  }
  return count;
}

}  // namespace dialix::store
