#include "demo/demo_command.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "demo/demo_load.h"

namespace dialix::demo {
namespace {

constexpr const char* kUsage =
    "usage: dialixctl demo load [--url URL] [--admin-email E] [--admin-password-stdin]\n"
    "                           [--user-password P] [--only N] [--keep-audio DIR] [--scripts DIR] "
    "[--patience S]\n"
    "       dialixctl demo render --keep-audio DIR [--only N] [--scripts DIR]\n"
    "       dialixctl demo transcript [--only N] [--scripts DIR]\n"
    "\n"
    "load        makes the demo company on a running server and sends it calls; a second run adds what is "
    "missing.\n"
    "            URL, E and the admin's password are taken from DIALIX_URL, DIALIX_ADMIN_EMAIL and\n"
    "            DIALIX_ADMIN_PASSWORD where not given.\n"
    "render      writes the recordings and reference.stm (what is said when) into DIR.\n"
    "transcript  prints what is said, a line for each side of each call (sclite's trn format).\n";

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Takes one option with its value; an error names what is wrong with it.
Status TakeOption(DemoOptions& options, const std::string& name, const std::string& value) {
  const auto number = ParseInt(value);
  const auto wrong = [&name](std::string_view wants) {
    return Fail(Error::Code::kInvalid, name + " takes " + std::string(wants) + ".");
  };
  if (name == "--url") {
    options.url = value;
  } else if (name == "--admin-email") {
    options.admin_email = value;
  } else if (name == "--user-password") {
    if (value.size() < 8) return wrong("at least 8 characters");
    options.user_password = value;
  } else if (name == "--keep-audio") {
    options.keep_audio_dir = value;
  } else if (name == "--scripts") {
    options.scripts_dir = value;
  } else if (name == "--only") {
    if (!number || *number < 1 || *number > 1000) return wrong("a number of calls, 1 to 1000");
    options.only = static_cast<int>(*number);
  } else if (name == "--patience") {
    if (!number || *number < 1 || *number > 86400) return wrong("seconds, 1 to 86400");
    options.patience = std::chrono::seconds(*number);
  } else {
    return Fail(Error::Code::kInvalid, "There is no option " + name + ".");
  }
  return Ok();
}

Result<DemoOptions> ParseOptions(const std::vector<std::string>& arguments) {
  DemoOptions options;
  options.url = Environment("DIALIX_URL");
  options.admin_email = Environment("DIALIX_ADMIN_EMAIL");
  options.admin_password = Environment("DIALIX_ADMIN_PASSWORD");
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "--admin-password-stdin") {
      std::getline(std::cin, options.admin_password);
      continue;
    }
    if (i + 1 == arguments.size()) {
      return Fail(Error::Code::kInvalid, arguments[i] + " is no option, or its value is missing.");
    }
    DIALIX_CHECK(TakeOption(options, arguments[i], arguments[i + 1]));
    ++i;
  }
  return options;
}

int Usage(std::string_view problem) {
  std::fprintf(stderr, "%.*s\n\n%s", static_cast<int>(problem.size()), problem.data(), kUsage);
  return 2;
}

}  // namespace

int RunDemoCommand(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return Usage("demo: what shall I do?");
  const std::string& command = arguments[0];
  if (command == "--help" || command == "help") {
    std::printf("%s", kUsage);
    return 0;
  }
  const auto options = ParseOptions(arguments);
  if (!options.ok()) return Usage(options.error().public_message);
  if (command == "load") {
    if (options->url.empty()) return Usage("demo load: --url is missing.");
    if (options->admin_email.empty()) return Usage("demo load: --admin-email is missing.");
    if (options->admin_password.empty()) return Usage("demo load: the admin's password is missing.");
    return RunDemoLoad(*options);
  }
  if (command == "render") {
    if (options->keep_audio_dir.empty()) return Usage("demo render: --keep-audio is missing.");
    return RunDemoRender(*options);
  }
  if (command == "transcript") return RunDemoTranscript(*options);
  return Usage("demo: there is no command " + command + ".");
}

}  // namespace dialix::demo
