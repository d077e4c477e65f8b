#include <chrono>
#include <cstdio>

#include "audit/retention.h"
#include "audit/sealer.h"
#include "audit/verify.h"
#include "base/text.h"
#include "base/uuid.h"
#include "ctl/arguments.h"
#include "ctl/commands.h"

namespace dialix::ctl {
namespace {

constexpr const char* kUsage =
    "usage: dialixctl audit verify [--company ID] [--from DAY] [--to DAY] [--anchor SEQ:ROOT,...]\n"
    "           find entries of the activity log that were edited, removed, exchanged or inserted; exit 1 "
    "where "
    "there are\n"
    "       dialixctl audit seal [--rows N]    seal what waits now, at most so many entries a batch (1000)\n"
    "       dialixctl audit remove-old         remove now what is older than AUDIT_RETENTION_DAYS\n";

store::PoolOptions MakePool(const Config& config) {
  store::PoolOptions options;
  options.connection.url = config.database_url;
  options.connection.statement_timeout_ms = 0;
  options.connection.application_name = "dialixctl audit";
  options.connection.keeps_session = config.db_prepared_statements;
  options.size = 1;
  options.max_overflow = 0;
  return options;
}

// "12:ab…,34:cd…"; nothing for anything else.
std::optional<std::map<std::int64_t, std::string>> ParseAnchors(const std::optional<std::string>& text) {
  std::map<std::int64_t, std::string> anchors;
  if (!text) return anchors;
  for (const std::string_view one : Split(*text, ',')) {
    const auto colon = one.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto seq = ParseInt(one.substr(0, colon));
    const auto root = FromHex(one.substr(colon + 1));
    if (!seq || *seq < 1 || !root || root->size() != audit::kHashBytes) return std::nullopt;
    anchors[*seq] = ToHex(*root);
  }
  return anchors;
}

void Print(const audit::Problem& problem) {
  std::string where;
  if (problem.seq > 0) where += " seq=" + std::to_string(problem.seq);
  if (!problem.log_id.empty()) where += " id=" + problem.log_id;
  if (problem.batch > 0) where += " batch=" + std::to_string(problem.batch);
  std::printf("%s%s: %s\n", problem.kind, where.c_str(), problem.text.c_str());
}

Result<bool> VerifyAll(store::Database& db, const audit::SealKeys& keys,
                       const audit::VerifyOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  DIALIX_TRY(const audit::VerifyReport report, audit::Verify(db, keys, options, Print));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  std::printf("%lld entries in %lld batches checked in %.1f s, %lld batches removed by retention\n",
              static_cast<long long>(report.entries), static_cast<long long>(report.batches), took.count(),
              static_cast<long long>(report.removed_batches));
  std::printf("%lld entries not sealed yet", static_cast<long long>(report.waiting));
  if (report.waiting_for_s)
    std::printf(", the oldest for %lld s", static_cast<long long>(*report.waiting_for_s));
  std::printf("\nanchor %s\n", report.anchor.empty() ? "none" : report.anchor.c_str());
  std::printf("%lld problems\n", static_cast<long long>(report.problems));
  return report.problems == 0;
}

Result<bool> SealAll(store::Database& db, const audit::SealKeys& keys, int rows) {
  std::int64_t entries = 0;
  std::string anchor;
  for (bool more = true; more;) {
    DIALIX_TRY(const audit::SealStep step, audit::SealNext(db, keys, rows));
    entries += step.entries;
    if (step.entries > 0) anchor = audit::AnchorOf(step.seal);
    more = step.more;
  }
  std::printf("%lld entries sealed%s%s\n", static_cast<long long>(entries), anchor.empty() ? "" : ", anchor ",
              anchor.c_str());
  return true;
}

Result<bool> RemoveAllOld(store::Database& db, const audit::SealKeys& keys, int days) {
  int batches = 0;
  for (bool more = true; more;) {
    DIALIX_TRY(const audit::RemovalStep step, audit::RemoveOldest(db, keys, days));
    batches += step.batches;
    more = step.more;
  }
  std::printf("%d batches removed\n", batches);
  std::int64_t entries = 0;
  for (bool more = true; more;) {
    DIALIX_TRY(const audit::EntriesStep step, audit::RemoveForCompanies(db, keys, days));
    entries += step.entries;
    more = step.more;
  }
  if (entries > 0) {
    std::printf("%lld entries removed as their companies want it\n", static_cast<long long>(entries));
  }
  return true;
}

bool IsDay(const std::optional<std::string>& text) { return !text || ParseDate(*text); }

}  // namespace

int RunAudit(int argc, char** argv, const Environment& environment) {
  const auto arguments = Arguments::Parse(argc, argv, {"company", "from", "to", "anchor", "rows"}, {});
  const std::string word =
      arguments.ok() && arguments->words().size() == 1 ? arguments->words().front() : std::string();
  audit::VerifyOptions options;
  std::optional<std::int64_t> rows = audit::kBatchEntries;
  bool usable = word == "verify" || word == "seal" || word == "remove-old";
  if (usable) {
    options.company_id = arguments->Get("company");
    options.from = arguments->Get("from");
    options.to = arguments->Get("to");
    auto anchors = ParseAnchors(arguments->Get("anchor"));
    if (const auto text = arguments->Get("rows")) rows = ParseInt(*text);
    usable = anchors && rows && *rows >= 1 && *rows <= 10'000 && IsDay(options.from) && IsDay(options.to) &&
             (!options.company_id || IsUuid(*options.company_id));
    if (anchors) options.anchors = std::move(*anchors);
  }
  if (!usable) {
    std::fputs(kUsage, stderr);
    return kExitUsage;
  }
  const auto config = LoadOrExplain(environment, Needs::kSecrets);
  if (!config) return kExitConfig;
  store::Database db(MakePool(*config));
  const audit::SealKeys keys(security::KeyRing::Of(*config));
  const auto run = [&]() -> Result<bool> {
    if (word == "verify") return VerifyAll(db, keys, options);
    if (word == "seal") return SealAll(db, keys, static_cast<int>(*rows));
    return RemoveAllOld(db, keys, config->audit_retention_days);
  };
  const auto good = run();
  if (!good) PrintError(good.error());
  return good && *good ? 0 : 1;
}

}  // namespace dialix::ctl
