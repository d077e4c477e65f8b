#include "privacy/file_removal.h"

#include <string>
#include <vector>

namespace dialix::privacy {
namespace {

using store::Batch;
using store::Scope;
using store::Statement;

constexpr int kAtOnce = 500;
constexpr Statement kWaiting{"files_to_remove", "SELECT id, path FROM files_to_remove($1::integer)"};
constexpr Statement kRemoved{"files_removed",
                             "SELECT files_removed($1::text[]::bigint[], $2::text[]::bigint[])"};

}  // namespace

Result<bool> RemoveFiles(store::Database& db, const storage::AudioStore& audio) {
  DIALIX_TRY(const auto files, db.Query(Scope::None(), kWaiting, {kAtOnce}));
  if (files.empty()) return false;
  std::vector<std::string> gone;
  std::vector<std::string> failed;
  Status first_failure = Ok();
  for (int i = 0; i < files.size(); ++i) {
    const Status removed = audio.RemoveSurely(files.String(i, 1));
    (removed ? gone : failed).push_back(files.String(i, 0));
    if (!removed && first_failure) first_failure = removed;
  }
  DIALIX_TRY(const auto done,
             db.Query(Scope::None(), kRemoved, {gone, failed}, nullptr, Batch::Mode::kReadWrite));
  (void)done;
  if (!first_failure) return first_failure.error();
  return files.size() == kAtOnce;
}

}  // namespace dialix::privacy
