// dialixctl: the command line for operators of Dialix. Picks the command; each lives in ctl/ (or demo/).
#include <cstdio>
#include <string_view>

#include "base/config.h"
#include "confine/confine.h"
#include "ctl/commands.h"
#include "demo/demo_command.h"

namespace {

constexpr const char* kUsage =
    "usage: dialixctl COMMAND\n"
    "  migrate [--status] [--dir FOLDER]     apply or show the schema's migrations (DATABASE_OWNER_URL)\n"
    "  create-admin --email E [--name N] --password-stdin\n"
    "                                        add a platform administrator, or set one's password\n"
    "  analyze FILE [--checklist FILE]       run one recording through the pipeline, print what it finds\n"
    "  rollup verify|rebuild [--company ID]  compare the dashboard's rollups with the calls, or count them "
    "anew\n"
    "  rotate-key [--status]                 re-encrypt what is stored under an earlier key, or count what "
    "is "
    "under which\n"
    "  audit verify|seal|remove-old ...      find what was done to the activity log; seal it now\n"
    "  receipt verify FILE [--keys FILE]     check the signature of an erasure's receipt\n"
    "  demo load|render|transcript ...       a demo company and calls for a running server (demo --help)\n"
    "  version                               print the version\n";

}  // namespace

int main(int argc, char** argv) {
  const dialix::Environment environment = dialix::TakeEnvironment();
  if (const dialix::Status confined = dialix::confine::Confine({}); !confined.ok()) {
    std::fprintf(stderr, "dialixctl: cannot be confined: %s\n", confined.error().internal_detail.c_str());
    return 1;
  }
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "migrate") return dialix::ctl::RunMigrate(argc - 2, argv + 2, environment);
  if (command == "create-admin") return dialix::ctl::RunCreateAdmin(argc - 2, argv + 2, environment);
  if (command == "analyze") return dialix::ctl::RunAnalyze(argc - 2, argv + 2, environment);
  if (command == "rollup") return dialix::ctl::RunRollup(argc - 2, argv + 2, environment);
  if (command == "rotate-key") return dialix::ctl::RunRotateKey(argc - 2, argv + 2, environment);
  if (command == "audit") return dialix::ctl::RunAudit(argc - 2, argv + 2, environment);
  if (command == "receipt") return dialix::ctl::RunReceipt(argc - 2, argv + 2, environment);
  if (command == "demo") return dialix::demo::RunDemoCommand({argv + 2, argv + argc});
  if (command == "version" || command == "--version") {
    std::puts("dialix " DIALIX_VERSION);
    return 0;
  }
  std::fputs(kUsage, command == "help" || command == "--help" ? stdout : stderr);
  return command == "help" || command == "--help" ? 0 : dialix::ctl::kExitUsage;
}
