// Forward-only migrations: sql/migrations/NNNN_name.sql, each applied once, in order, in a transaction of its
// own, under an advisory lock, with its SHA-256 kept. Runs as the schema's owner, from dialixctl alone.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/connection.h"

namespace dialix::store {

struct Migration {
  int version = 0;
  std::string name;  // file name without ".sql"
  std::string sql;
  std::string checksum;  // SHA-256 of the file, hex
};

struct AppliedMigration {
  int version = 0;
  std::string name;
  std::string checksum;
  std::string applied_at;  // ISO 8601 UTC
};

// The files of a folder in order. Errors: kInvalid for a bad name, a number used twice, a gap, no files at
// all.
[[nodiscard]] Result<std::vector<Migration>> ReadMigrations(const std::filesystem::path& folder);

// Refuses a history that the files do not tell: an applied file that was edited, renamed or is missing.
// Pure. Errors: kConflict with one FieldError a file.
[[nodiscard]] Status CheckHistory(const std::vector<Migration>& files,
                                  const std::vector<AppliedMigration>& applied);

// What has been applied; empty for a fresh database.
[[nodiscard]] Result<std::vector<AppliedMigration>> AppliedMigrations(Connection& connection);

// Applies what is missing; tells `report` each name before it runs. Waits for another migrator to end first.
[[nodiscard]] Result<int> Migrate(Connection& connection, const std::vector<Migration>& files,
                                  const std::function<void(const Migration&)>& report);

}  // namespace dialix::store
