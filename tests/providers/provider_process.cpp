#include "provider_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace dialix::tests {
namespace {

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

}  // namespace

ProviderProcess::ProviderProcess(const std::string& api_key) {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) Die("pipe2");
  pid_ = fork();
  if (pid_ < 0) Die("fork");
  if (pid_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execl("/usr/bin/python3", "python3", DIALIX_PROVIDER_SERVER, "--api-key", api_key.c_str(), nullptr);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  stdin_fd_ = in[1];
  const std::unique_ptr<FILE, int (*)(FILE*)> lines(fdopen(out[0], "r"), std::fclose);
  if (!lines || std::fscanf(lines.get(), "PORT %d", &port_) != 1) Die("the provider server did not start");
}

ProviderProcess::~ProviderProcess() {
  close(stdin_fd_);
  waitpid(pid_, nullptr, 0);
}

std::string ProviderProcess::BaseUrl() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }

void ProviderProcess::Script(std::string_view path, std::string_view replies_json) {
  JsonWriter json;
  json.BeginObject().Field("path", path).RawField("replies", replies_json).EndObject();
  Control("POST", "/_script", json.Take());
}

void ProviderProcess::Always(std::string_view path, std::string_view reply_json) {
  JsonWriter json;
  json.BeginObject().Field("path", path).RawField("always", reply_json).EndObject();
  Control("POST", "/_script", json.Take());
}

void ProviderProcess::Reset() { Control("POST", "/_reset", ""); }

JsonDocument ProviderProcess::Requests() {
  auto parsed = JsonDocument::Parse(Control("GET", "/_requests", ""));
  if (!parsed.ok()) Die("the provider server's requests are not JSON");
  return std::move(parsed).value();
}

std::string ProviderProcess::Control(const std::string& method, const std::string& path, std::string body) {
  net::HttpRequest request;
  request.method = method;
  request.url = "http://127.0.0.1:" + std::to_string(port_) + path;
  request.body = std::move(body);
  auto response = client_.Send(request);
  if (!response.ok() || response->status != 200) Die("the provider server does not answer");
  return std::move(response->body);
}

}  // namespace dialix::tests
