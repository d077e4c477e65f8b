#include "demo/call_upload.h"

#include <cstdio>
#include <thread>
#include <utility>

#include "base/clock.h"

namespace dialix::demo {
namespace {

constexpr std::chrono::seconds kPollEvery{1};

CallState ReadState(JsonView item) {
  CallState state;
  state.id = item["id"].StringOr("");
  state.status = item["status"].StringOr("");
  state.failure = item["failure"].StringOr("");
  state.progress = static_cast<int>(item["progress"].IntOr(0));
  const JsonView result = item["result"];
  state.score = "-";
  if (const auto score = result["score"].Number()) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", *score);
    state.score = text;
  }
  state.sentiment = result["sentiment"].StringOr("-");
  state.purpose = result["call_purpose"].StringOr("-");
  return state;
}

bool IsOver(const CallState& state) { return state.status == "COMPLETED" || state.status == "FAILED"; }

net::MultipartPart Field(std::string name, std::string value) {
  net::MultipartPart part;
  part.name = std::move(name);
  part.content = std::move(value);
  return part;
}

}  // namespace

Result<std::map<std::string, CallState>> ListCalls(Api& api) {
  std::map<std::string, CallState> calls;
  DIALIX_CHECK(api.ForEach(
      "/records", [&](JsonView item) { calls.emplace(item["title"].StringOr(""), ReadState(item)); }));
  return calls;
}

Status UploadCall(Api& api, const CallScript& script, const std::filesystem::path& recording,
                  std::chrono::sys_seconds start) {
  std::vector<net::MultipartPart> parts;
  parts.push_back(Field("title", script.title));
  parts.push_back(Field("started_at", FormatUtc(start)));
  if (!script.pbx_file_name) {
    parts.push_back(Field("operator_code", script.operator_code));
    parts.push_back(Field("call_type", script.direction));
    parts.push_back(Field("client_phone_number", script.phone));
  }
  net::MultipartPart file;
  file.name = "file";
  file.file = recording;
  file.filename = recording.filename().string();
  file.content_type = "application/octet-stream";
  parts.push_back(std::move(file));
  if (auto made = api.Upload("/records", std::move(parts)); !made.ok()) {
    auto error = std::move(made).error();
    error.public_message = script.id + ": " + error.public_message;
    return error;
  }
  return Ok();
}

Result<std::map<std::string, CallState>> WaitForCalls(
    Api& api, const std::vector<CallScript>& scripts, std::chrono::seconds patience,
    const std::function<void(const std::map<std::string, CallState>&)>& show) {
  std::string last_seen;
  auto last_move = std::chrono::steady_clock::now();
  for (;;) {
    DIALIX_TRY(auto calls, ListCalls(api));
    std::size_t open = 0;
    std::string seen;
    for (const auto& script : scripts) {
      const auto call = calls.find(script.title);
      if (call == calls.end()) return Fail(Error::Code::kNotFound, script.id + " is gone from the server.");
      if (!IsOver(call->second)) ++open;
      seen += call->second.status + std::to_string(call->second.progress) + ";";
    }
    show(calls);
    if (open == 0) return calls;
    const auto now = std::chrono::steady_clock::now();
    if (seen != last_seen) {
      last_seen = std::move(seen);
      last_move = now;
    } else if (now - last_move > patience) {
      return Fail(Error::Code::kTimeout,
                  std::to_string(open) + " calls do not move any more. Is dialix-analyzer running?");
    }
    std::this_thread::sleep_for(kPollEvery);
  }
}

}  // namespace dialix::demo
