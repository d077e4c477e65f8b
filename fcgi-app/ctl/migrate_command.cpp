#include <unistd.h>

#include <climits>
#include <cstdio>
#include <filesystem>

#include "ctl/arguments.h"
#include "ctl/commands.h"
#include "store/migrations.h"

namespace dialix::ctl {
namespace {

namespace fs = std::filesystem;

// Installed beside the package's data, or in the source tree above the build folder.
fs::path DefaultFolder() {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  fs::path folder =
      fs::path(std::string(path, length > 0 ? static_cast<std::size_t>(length) : 0)).parent_path();
  for (; folder.has_relative_path(); folder = folder.parent_path()) {
    for (const char* below : {"sql/migrations", "share/dialix/migrations"}) {
      if (fs::is_directory(folder / below)) return folder / below;
    }
  }
  return "sql/migrations";
}

Status ShowStatus(store::Connection& connection, const std::vector<store::Migration>& files) {
  DIALIX_TRY(const auto applied, store::AppliedMigrations(connection));
  for (const store::Migration& file : files) {
    const bool done = static_cast<std::size_t>(file.version) <= applied.size();
    std::printf("%-28s %s\n", file.name.c_str(),
                done ? applied[static_cast<std::size_t>(file.version) - 1].applied_at.c_str() : "pending");
  }
  return store::CheckHistory(files, applied);
}

Status Run(const Arguments& arguments, const Config& config) {
  DIALIX_TRY(const auto files,
             store::ReadMigrations(arguments.Get("dir").value_or(DefaultFolder().string())));
  store::Connection::Options options;
  options.url = config.database_owner_url;
  options.statement_timeout_ms = 0;
  options.application_name = "dialixctl migrate";
  DIALIX_TRY(auto connection, store::Connection::Open(options));
  if (arguments.Has("status")) return ShowStatus(*connection, files);
  DIALIX_TRY(const int count, store::Migrate(*connection, files, [](const store::Migration& migration) {
               std::printf("applying %s\n", migration.name.c_str());
               std::fflush(stdout);
             }));
  std::printf(
      count == 0 ? "nothing to do: %zu migrations are applied\n" : "done: %zu migrations are applied\n",
      files.size());
  return Ok();
}

}  // namespace

void PrintError(const Error& error) {
  std::fprintf(stderr, "dialixctl: %s\n", error.public_message.c_str());
  for (const FieldError& field : error.fields)
    std::fprintf(stderr, "  %s %s\n", field.path.c_str(), field.message.c_str());
  if (!error.internal_detail.empty()) std::fprintf(stderr, "  (%s)\n", error.internal_detail.c_str());
}

std::optional<Config> LoadOrExplain(const Environment& environment, Needs needs) {
  auto config = LoadConfig(environment, needs);
  if (config) return std::move(*config);
  std::fputs(FormatConfigError(config.error()).c_str(), stderr);
  return std::nullopt;
}

int RunMigrate(int argc, char** argv, const Environment& environment) {
  const auto arguments = Arguments::Parse(argc, argv, {"dir"}, {"status"});
  if (!arguments || !arguments->words().empty()) {
    std::fputs("usage: dialixctl migrate [--status] [--dir FOLDER]\n", stderr);
    return kExitUsage;
  }
  const auto config = LoadOrExplain(environment, Needs::kMigrate);
  if (!config) return kExitConfig;
  const auto done = Run(*arguments, *config);
  if (!done) PrintError(done.error());
  return done ? 0 : 1;
}

}  // namespace dialix::ctl
