#include "demo/demo_load.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "demo/api.h"
#include "demo/call_audio.h"
#include "demo/call_script.h"
#include "demo/call_upload.h"
#include "demo/child_process.h"
#include "demo/company_setup.h"
#include "net/http_client.h"

namespace dialix::demo {
namespace {

// One line that is rewritten on a terminal, and printed anew only when it matters in a log.
class ProgressLine {
 public:
  // `milestone`: worth a line of its own where there is no terminal.
  void Show(const std::string& text, bool milestone) {
    if (terminal_) {
      std::printf("\r\033[K%s", text.c_str());
    } else if (milestone) {
      std::printf("%s\n", text.c_str());
    }
    std::fflush(stdout);
  }
  void Finish() {
    if (terminal_) std::printf("\n");
    std::fflush(stdout);
  }

 private:
  bool terminal_ = isatty(STDOUT_FILENO) == 1;
};

std::string Bar(int percent) {
  constexpr int kWidth = 24;
  const int full = percent * kWidth / 100;
  return "[" + std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(kWidth - full), '.') + "]";
}

Result<std::vector<CallScript>> ChosenScripts(const DemoOptions& options) {
  const auto dir = options.scripts_dir.empty() ? DefaultScriptsDir() : options.scripts_dir;
  DIALIX_TRY(auto scripts, LoadCallScripts(dir / "calls"));
  if (options.only > 0 && static_cast<std::size_t>(options.only) < scripts.size()) {
    scripts.resize(static_cast<std::size_t>(options.only));
  }
  if (HasProgram("ffmpeg")) return scripts;
  std::fprintf(stderr, "ffmpeg is not installed: every recording is made as wav.\n");
  for (auto& script : scripts) script.format = "wav";
  return scripts;
}

Result<JsonDocument> ReadDescription(const DemoOptions& options) {
  const auto file =
      (options.scripts_dir.empty() ? DefaultScriptsDir() : options.scripts_dir) / "company.json";
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream) return Fail(Error::Code::kNotFound, "Cannot read " + file.string() + ".");
  return JsonDocument::Parse(text);
}

std::chrono::sys_seconds CurrentTime() { return std::chrono::floor<std::chrono::seconds>(Now()); }

// Renders one recording into `folder` and appends its lines to the reference there.
Result<std::filesystem::path> RenderInto(const CallScript& script, const std::filesystem::path& folder,
                                         const std::filesystem::path& scratch, const std::string& name) {
  DIALIX_TRY(const auto audio, RenderCall(script, scratch));
  const auto file = folder / name;
  DIALIX_CHECK(WriteRecording(audio, file, scratch));
  std::ofstream reference(folder / "reference.stm", std::ios::app);
  reference << ToStm(script, audio);
  reference.close();
  if (!reference)
    return Fail(Error::Code::kInternal, "Cannot write " + (folder / "reference.stm").string() + ".");
  return file;
}

Status PrepareFolder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Fail(Error::Code::kInternal, "Cannot make " + folder.string() + ": " + failed.message());
  std::filesystem::remove(folder / "reference.stm", failed);
  return Ok();
}

// Uploads what is not there yet; the analyzer works on the first calls while the next ones are spoken.
Status UploadMissing(Api& api, const std::vector<CallScript>& scripts, const DemoOptions& options) {
  DIALIX_TRY(const auto scratch, TemporaryFolder::Make());
  const auto folder = options.keep_audio_dir.empty() ? scratch.path() : options.keep_audio_dir;
  DIALIX_CHECK(PrepareFolder(folder));
  DIALIX_TRY(const auto known, ListCalls(api));
  ProgressLine line;
  std::size_t number = 0;
  for (const auto& script : scripts) {
    ++number;
    const auto start = StartOf(script, CurrentTime());
    const std::string name = FileNameOf(script, start);
    const bool there = known.contains(script.title);
    line.Show("Speaking and uploading " + std::to_string(number) + "/" + std::to_string(scripts.size()) +
                  "  " + name + (there ? "  (there already)" : ""),
              true);
    if (there) continue;
    DIALIX_TRY(const auto recording, RenderInto(script, folder, scratch.path(), name));
    DIALIX_CHECK(UploadCall(api, script, recording, start));
    if (options.keep_audio_dir.empty()) std::filesystem::remove(recording);
  }
  line.Finish();
  return Ok();
}

Result<std::map<std::string, CallState>> WaitWithProgress(Api& api, const std::vector<CallScript>& scripts,
                                                          std::chrono::seconds patience) {
  ProgressLine line;
  std::size_t shown_done = scripts.size() + 1;
  auto calls = WaitForCalls(api, scripts, patience, [&](const std::map<std::string, CallState>& states) {
    std::size_t done = 0;
    std::size_t percent = 0;
    for (const auto& script : scripts) {
      const auto& state = states.at(script.title);
      const bool over = state.status == "COMPLETED" || state.status == "FAILED";
      done += over ? 1U : 0U;
      percent += over ? 100U : static_cast<std::size_t>(state.progress);
    }
    const int total = scripts.empty() ? 100 : static_cast<int>(percent / scripts.size());
    line.Show("Analysing " + Bar(total) + " " + std::to_string(total) + "%  " + std::to_string(done) +
                  " of " + std::to_string(scripts.size()) + " calls done",
              done != std::exchange(shown_done, done));
  });
  line.Finish();
  return calls;
}

// Prints the table of calls; the number of failed ones.
int PrintCalls(const std::vector<CallScript>& scripts, const std::map<std::string, CallState>& calls) {
  int failed = 0;
  std::printf("\n%-3s %-9s %6s  %-9s %-18s %s\n", "op", "status", "score", "mood", "purpose", "call");
  for (const auto& script : scripts) {
    const auto& call = calls.at(script.title);
    std::printf("%-3s %-9s %6s  %-9s %-18s %s\n", script.operator_code.c_str(), call.status.c_str(),
                call.score.c_str(), call.sentiment.c_str(), call.purpose.c_str(), script.title.c_str());
    if (call.status == "FAILED") {
      ++failed;
      std::printf("    failed: %s\n", call.failure.c_str());
    }
  }
  return failed;
}

void PrintLogins(const DemoCompany& company, const std::string& url, const std::string& password) {
  std::printf("\n%s at %s, password %s\n", company.name.c_str(), url.c_str(), password.c_str());
  for (const auto& login : company.logins) {
    std::printf("  %-14s %s%s\n", login.role.c_str(), login.email.c_str(),
                login.existed ? "   (was there: its password is as it was)" : "");
  }
}

bool IsLocal(const std::string& url) {
  const std::string host = net::UrlHost(url);
  return host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]");
}

Result<std::string> PasswordFor(const DemoOptions& options) {
  if (!options.user_password.empty()) return options.user_password;
  if (IsLocal(options.url)) return std::string(kLocalPassword);
  return Fail(
      Error::Code::kInvalid,
      "The server is not on this machine: choose a password for the demo's accounts with --user-password.");
}

Status Load(const DemoOptions& options) {
  DIALIX_TRY(const auto scripts, ChosenScripts(options));
  DIALIX_TRY(const auto description, ReadDescription(options));
  DIALIX_TRY(const auto password, PasswordFor(options));
  Api api(options.url);
  DIALIX_CHECK(api.LogIn(options.admin_email, options.admin_password));
  DIALIX_TRY(const auto company, EnsureCompany(api, description.Root(), password));
  std::printf("Company \"%s\" is ready.\n", company.name.c_str());
  DIALIX_CHECK(UploadMissing(api, scripts, options));
  DIALIX_TRY(const auto calls, WaitWithProgress(api, scripts, options.patience));
  const int failed = PrintCalls(scripts, calls);
  PrintLogins(company, api.base_url(), password);
  if (failed > 0) return Fail(Error::Code::kUpstream, std::to_string(failed) + " demo calls failed.");
  return Ok();
}

Status Render(const DemoOptions& options) {
  DIALIX_TRY(const auto scripts, ChosenScripts(options));
  DIALIX_CHECK(PrepareFolder(options.keep_audio_dir));
  DIALIX_TRY(const auto scratch, TemporaryFolder::Make());
  ProgressLine line;
  std::size_t number = 0;
  for (const auto& script : scripts) {
    const std::string name = script.id + "." + script.format;
    line.Show("Speaking " + std::to_string(++number) + "/" + std::to_string(scripts.size()) + "  " + name,
              true);
    DIALIX_CHECK(RenderInto(script, options.keep_audio_dir, scratch.path(), name));
  }
  line.Finish();
  return Ok();
}

Status PrintTranscript(const DemoOptions& options) {
  DIALIX_TRY(const auto scripts, ChosenScripts(options));
  for (const auto& script : scripts) {
    std::array<std::string, 2> sides;
    for (const auto& turn : script.turns) {
      auto& side = sides[static_cast<std::size_t>(turn.side)];
      side += (side.empty() ? "" : " ") + SpokenWords(turn.text);
    }
    std::printf("%s (%s-operator)\n", sides[0].c_str(), script.id.c_str());
    if (!sides[1].empty()) std::printf("%s (%s-customer)\n", sides[1].c_str(), script.id.c_str());
  }
  return Ok();
}

int ExitStatus(const Status& status, const char* command) {
  if (status.ok()) return 0;
  std::fflush(stdout);
  const auto& error = status.error();
  std::fprintf(stderr, "\n%s: %s\n", command, error.public_message.c_str());
  if (!error.internal_detail.empty()) std::fprintf(stderr, "  %s\n", error.internal_detail.c_str());
  return 1;
}

}  // namespace

std::filesystem::path DefaultScriptsDir() {
  if (const char* set = std::getenv("DIALIX_DEMO_DIR"); set != nullptr && *set != '\0') return set;
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  // build/<preset>/bin/dialixctl
  const auto source = program.parent_path().parent_path().parent_path().parent_path() / "sql" / "demo";
  if (!failed && std::filesystem::exists(source / "company.json", failed)) return source;
  return "/usr/share/dialix/demo";
}

int RunDemoLoad(const DemoOptions& options) { return ExitStatus(Load(options), "demo load"); }
int RunDemoRender(const DemoOptions& options) { return ExitStatus(Render(options), "demo render"); }
int RunDemoTranscript(const DemoOptions& options) {
  return ExitStatus(PrintTranscript(options), "demo transcript");
}

}  // namespace dialix::demo
