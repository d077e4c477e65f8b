#include <chrono>
#include <cstdio>

#include "base/uuid.h"
#include "ctl/arguments.h"
#include "ctl/commands.h"
#include "ctl/rollup_verify.h"

namespace dialix::ctl {
namespace {

using store::Batch;
using store::Connection;
using store::Rows;
using store::Scope;
using store::Statement;

constexpr const char* kUsage =
    "usage: dialixctl rollup verify [--company ID]     compare the dashboard's rollups with the calls; exit "
    "1 where they differ\n"
    "       dialixctl rollup rebuild [--company ID]    count them anew: after loading calls past the "
    "triggers, or as a repair\n";

constexpr Statement kCompanies{
    "rollup_companies", "SELECT id, name FROM company WHERE $1::uuid IS NULL OR id = $1::uuid ORDER BY id"};
constexpr Statement kSetDays{"rollup_set_days", "SELECT rollup_set_days($1::uuid)"};
constexpr Statement kDescribe{"record_describe_all", "SELECT record_describe_all($1::uuid)"};
constexpr Statement kBlocks{"rollup_blocks",
                            "SELECT block FROM rollup_blocks($1::uuid) AS block ORDER BY block"};
constexpr Statement kRebuild{"rollup_rebuild", "CALL rollup_rebuild($1::uuid, $2::date)"};

Result<Rows> Run(Connection& owner, const Statement& statement, std::vector<store::Param> params,
                 Batch::Mode mode = Batch::Mode::kReadOnly) {
  Batch batch(mode);
  batch.Add(statement, std::move(params));
  DIALIX_TRY(auto results, owner.Run(Scope::Platform(), batch));
  return std::move(results.front());
}

class Stopwatch {
 public:
  [[nodiscard]] double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - since_).count();
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

// Four weeks a transaction: the company's writers wait for one of these at most.
Status Rebuild(Connection& owner, const std::string& id, const std::string& name) {
  const Stopwatch watch;
  DIALIX_TRY(const Rows moved, Run(owner, kSetDays, {id}, Batch::Mode::kReadWrite));
  DIALIX_TRY(const Rows described, Run(owner, kDescribe, {id}, Batch::Mode::kReadWrite));
  DIALIX_TRY(const Rows blocks, Run(owner, kBlocks, {id}));
  double longest = 0;
  for (int i = 0; i < blocks.size(); ++i) {
    const Stopwatch one;
    DIALIX_TRY(const Rows done, Run(owner, kRebuild, {id, blocks.Text(i, 0)}, Batch::Mode::kReadWrite));
    longest = std::max(longest, one.Seconds());
  }
  std::printf(
      "%s %s: counted anew in %.1f s, %d spans of four weeks, the longest %.1f s, %lld calls got their day, "
      "%lld what they are found by\n",
      id.c_str(), name.c_str(), watch.Seconds(), blocks.size(), longest,
      static_cast<long long>(moved.Int(0, 0)), static_cast<long long>(described.Int(0, 0)));
  std::fflush(stdout);
  return Ok();
}

Result<bool> Verify(Connection& owner, const std::string& id, const std::string& name) {
  const Stopwatch watch;
  DIALIX_TRY(const RollupReport report, VerifyRollups(owner, id));
  std::printf("%s %s: %lld cells, %lld differ, %.1f s%s\n", id.c_str(), name.c_str(),
              static_cast<long long>(report.cells), static_cast<long long>(report.differing), watch.Seconds(),
              report.rezoning ? ", pending: calls are being moved to a new time zone" : "");
  for (const std::string& line : report.differences) std::printf("  %s\n", line.c_str());
  std::fflush(stdout);
  return report.differing == 0;
}

Result<bool> RunOnCompanies(const Config& config, const std::optional<std::string>& company, bool rebuild) {
  Connection::Options options;
  options.url = config.database_owner_url;
  options.statement_timeout_ms = 0;
  options.application_name = "dialixctl rollup";
  DIALIX_TRY(auto owner, Connection::Open(options));
  DIALIX_TRY(const Rows companies, Run(*owner, kCompanies, {company}));
  if (company && companies.empty()) return Fail(Error::Code::kNotFound, "there is no company " + *company);
  bool good = true;
  for (int i = 0; i < companies.size(); ++i) {
    const std::string id = companies.String(i, 0);
    const std::string name = companies.String(i, 1);
    if (rebuild) {
      DIALIX_CHECK(Rebuild(*owner, id, name));
    } else {
      DIALIX_TRY(const bool same, Verify(*owner, id, name));
      good = good && same;
    }
  }
  return good;
}

}  // namespace

int RunRollup(int argc, char** argv, const Environment& environment) {
  const auto arguments = Arguments::Parse(argc, argv, {"company"}, {});
  const bool usable = arguments.ok() && arguments->words().size() == 1 &&
                      (arguments->words().front() == "verify" || arguments->words().front() == "rebuild");
  const auto company = usable ? arguments->Get("company") : std::nullopt;
  if (!usable || (company && !IsUuid(*company))) {
    std::fputs(kUsage, stderr);
    return kExitUsage;
  }
  const auto config = LoadOrExplain(environment, Needs::kMigrate);
  if (!config) return kExitConfig;
  const auto good = RunOnCompanies(*config, company, arguments->words().front() == "rebuild");
  if (!good) PrintError(good.error());
  return good && *good ? 0 : 1;
}

}  // namespace dialix::ctl
