#include "privacy/retention.h"

#include "privacy/system_context.h"

namespace dialix::privacy {
namespace {

using store::Batch;
using store::Scope;
using store::Statement;

// Of each kind in one transaction: its locks are held for well below a second.
constexpr int kAtOnce = 200;
constexpr Statement kCompanies{"retention_companies", "SELECT retention_companies()"};
constexpr Statement kStep{"retention_step",
                          "SELECT removed, more, removed::text ~ ': [1-9]' "
                          "FROM retention_step($1::uuid, $2::integer, $3::jsonb)"};

}  // namespace

Result<bool> RetentionStep(store::Database& db, const monitoring::StructuredLogger& logger) {
  DIALIX_TRY(const auto companies, db.Query(Scope::None(), kCompanies, {}));
  bool more = false;
  for (int i = 0; i < companies.size(); ++i) {
    const std::string company = companies.String(i, 0);
    const auto step = db.Query(Scope::Company(company), kStep, {company, kAtOnce, SystemContext()}, nullptr,
                               Batch::Mode::kReadWrite);
    if (!step) {  // one company's trouble is not the others'
      logger.Warn("retention_failed", {{"company_id", company}, {"detail", step.error().internal_detail}});
      continue;
    }
    if (step->Bool(0, 2)) {
      logger.Info("retention_purged", {{"company_id", company}, {"removed", step->String(0, 0)}});
    }
    more = more || step->Bool(0, 1);
  }
  return more;
}

}  // namespace dialix::privacy
