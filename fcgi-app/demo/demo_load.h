// The demo: a company with people, operators, a checklist, and calls whose sound is synthesised from scripts
// and goes through the real pipeline of a running server, over HTTP. Used by dialixctl alone.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace dialix::demo {

struct DemoOptions {
  std::string url;          // of the server, e.g. "http://127.0.0.1:8080"
  std::string admin_email;  // a platform admin
  std::string admin_password;
  std::filesystem::path scripts_dir;     // holds company.json and calls/; empty: DefaultScriptsDir()
  std::filesystem::path keep_audio_dir;  // not empty: recordings and reference.stm stay there
  int only = 0;                          // > 0: only the first that many calls
  std::string user_password;           // of the demo's accounts; empty: kLocalPassword, on this machine only
  std::chrono::seconds patience{300};  // give up after so long without any progress
};

// The password of demo accounts where nobody names one. Everyone can read it here, so a server that is not on
// this machine needs one of its own.
inline constexpr const char* kLocalPassword = "listen-to-every-call";

// $DIALIX_DEMO_DIR, sql/demo of the source tree that this program was built in, or /usr/share/dialix/demo.
[[nodiscard]] std::filesystem::path DefaultScriptsDir();

// Loads the demo and waits for its calls; prints progress, a table of the calls and the logins. A second run
// adds only what is missing. Returns the process's exit status: 0, or 1 after a message on stderr.
[[nodiscard]] int RunDemoLoad(const DemoOptions& options);

// Renders the recordings and reference.stm into `options.keep_audio_dir` without any server.
[[nodiscard]] int RunDemoRender(const DemoOptions& options);

// Prints what is said in each call: one line a side, "words (call-operator)", the trn format of sclite.
[[nodiscard]] int RunDemoTranscript(const DemoOptions& options);

}  // namespace dialix::demo
