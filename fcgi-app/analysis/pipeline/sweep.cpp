#include "analysis/pipeline/sweep.h"

namespace dialix::analysis {
namespace {

constexpr std::chrono::hours kOldEnough{1};
constexpr std::size_t kAtOnce = 1000;
constexpr store::Statement kOrphans{"audio_orphans", "SELECT audio_orphans($1::text[])"};

}  // namespace

Result<SweepReport> SweepAudioStore(const storage::AudioStore& audio, store::Database& db,
                                    std::string& cursor) {
  SweepReport report;
  report.stale_uploads = audio.RemoveStaleIncoming(kOldEnough);
  const auto names = audio.OlderThan(kOldEnough, kAtOnce, cursor);
  cursor = names.size() < kAtOnce ? std::string() : names.back();
  if (names.empty()) return report;
  DIALIX_TRY(const auto rows, db.Query(store::Scope::None(), kOrphans, {names}));
  for (int i = 0; i < rows.size(); ++i) audio.Remove(rows.String(i, 0));
  report.orphans = rows.size();
  return report;
}

}  // namespace dialix::analysis
