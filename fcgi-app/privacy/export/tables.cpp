#include "privacy/export/tables.h"

#include <iterator>

namespace dialix::privacy {

std::span<const ExportTable> ExportTables() {
  static const std::vector<ExportTable> tables = [] {
    std::vector<ExportTable> all = ExportTablesOfCompany();
    for (std::vector<ExportTable> part : {ExportTablesOfCalls(), ExportTablesOfServices()}) {
      all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
    }
    return all;
  }();
  return tables;
}

std::span<const LeftOut> TablesLeftOut() {
  constexpr const char* kCredential =
      "made to let somebody in: nothing but a hash, of no use to anybody else";
  constexpr const char* kCounted = "numbers counted from the calls, which are here";
  constexpr const char* kInstallation = "of the whole installation and no company's";
  static constexpr LeftOut kTables[] = {
      {"session", "who is logged in at the moment; log-ins are in activity_log"},
      {"account_link", kCredential},
      {"account_recovery_code", kCredential},
      {"idempotency_key", "answers kept for a day, for a client that repeats its request"},
      {"waveform", "drawn from the recording, which is here"},
      {"rollup_call", kCounted},
      {"rollup_score", kCounted},
      {"rollup_topic", kCounted},
      {"rollup_answer", kCounted},
      {"rollup_term", kCounted},
      {"rollup_state", kCounted},
      {"file_removal", "names of files that are about to be removed"},
      {"activity_recent", "which entry of activity_log stands for repeated reading"},
      {"activity_chain", kInstallation},
      {"activity_removed", kInstallation},
      {"activity_seal", kInstallation},
      {"activity_unsealed", kInstallation},
      {"change_ticket", kInstallation},
      {"data_version", kInstallation},
      {"login_known", kInstallation},
      {"login_network", kInstallation},
      {"login_throttle", kInstallation},
      {"maintenance_task", kInstallation},
      {"schema_migration", kInstallation},
  };
  return kTables;
}

}  // namespace dialix::privacy
