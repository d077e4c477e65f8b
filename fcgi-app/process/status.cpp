#include "process/status.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/clock.h"
#include "base/json.h"
#include "base/unique_fd.h"
#include "process/master.h"

namespace dialix::process {
namespace {

using monitoring::Slot;
using monitoring::Stage;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kStale(10);

void WriteWorker(JsonWriter& json, const Child& child, const Scoreboard& scoreboard,
                 std::chrono::steady_clock::time_point now) {
  json.BeginObject()
      .Field("pid", static_cast<std::int64_t>(child.pid))
      .Field("phase", PhaseName(child.phase));
  json.Field("generation", static_cast<std::int64_t>(child.generation));
  json.Field("age_ms", static_cast<std::int64_t>(duration_cast<milliseconds>(now - child.since).count()));
  json.Field("requests", static_cast<std::int64_t>(scoreboard.Requests(child.row)));
  json.Key("threads").BeginObject();
  const auto counts = scoreboard.CountStages(child.row);
  for (std::size_t i = 0; i < counts.size(); ++i) json.Field(StageName(static_cast<Stage>(i)), counts[i]);
  json.EndObject().Key("busy").BeginArray();
  for (std::size_t thread = 0; thread < scoreboard.threads(); ++thread) {
    const Slot::View slot = scoreboard.At(child.row, thread).Read();
    if (!IsBusy(slot.stage)) continue;
    json.BeginObject()
        .Field("thread", static_cast<std::int64_t>(thread))
        .Field("stage", StageName(slot.stage));
    json.Field("ms", static_cast<std::int64_t>(duration_cast<milliseconds>(now - slot.since).count()));
    json.Field("request_id", slot.request_id).Field("route", slot.route).EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace

std::string FormatStatus(std::string_view state, const std::vector<Child>& children,
                         const Scoreboard& scoreboard, std::chrono::steady_clock::time_point now) {
  JsonWriter json;
  json.BeginObject()
      .Field("updated_at", FormatUtc(Now()))
      .Field("pid", static_cast<std::int64_t>(::getpid()));
  json.Field("state", state).Key("workers").BeginArray();
  for (const Child& child : children) WriteWorker(json, child, scoreboard, now);
  json.EndArray().EndObject();
  return json.Take() + '\n';
}

Status WriteStatusFile(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".new";
  const auto failed = [&] {
    return Internal("status file " + path + ": " + std::generic_category().message(errno));
  };
  {
    const UniqueFd file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!file) return failed();
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) return failed();
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failed();
  return Ok();
}

std::string StatusPath(const std::string& socket_path) { return socket_path + ".status.json"; }

int PrintStatus(const std::string& status_path) {
  std::ifstream file(status_path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto status = JsonDocument::Parse(text);
  if (!file.good() && text.empty()) {
    std::fprintf(stderr, "No status at %s: the server does not run, or runs elsewhere.\n",
                 status_path.c_str());
    return 1;
  }
  const auto updated = status.ok() ? ParseUtc((*status)["updated_at"].StringOr("")) : std::nullopt;
  std::fputs(text.c_str(), stdout);
  if (!updated || Now() - *updated > kStale) {
    std::fprintf(stderr, "The status is stale: its master (pid %lld) no longer runs.\n",
                 status.ok() ? static_cast<long long>((*status)["pid"].IntOr(0)) : 0LL);
    return 1;
  }
  return 0;
}

}  // namespace dialix::process
