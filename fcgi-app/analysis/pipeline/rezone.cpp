#include "analysis/pipeline/rezone.h"

namespace dialix::analysis {
namespace {

// A step locks the company's row, and so its writers, for well below a second.
constexpr int kCallsAtOnce = 5000;
constexpr store::Statement kRezoneAny{"rollup_rezone_any", "SELECT rollup_rezone_any($1::integer)"};

}  // namespace

Result<bool> RezoneSome(store::Database& db) {
  DIALIX_TRY(const auto rows, db.Query(store::Scope::None(), kRezoneAny, {kCallsAtOnce}, nullptr,
                                       store::Batch::Mode::kReadWrite));
  return rows.Bool(0, 0);
}

}  // namespace dialix::analysis
