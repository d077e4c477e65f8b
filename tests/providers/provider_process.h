// The fake provider of openai_server.py as a child process of a test: started by the constructor on a free
// port, ended by the destructor (its standard input closes). Not thread-safe.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/json.h"
#include "net/http_client.h"

namespace dialix::tests {

class ProviderProcess {
 public:
  // `api_key` empty: any key is good. Aborts the test program when the server does not start.
  explicit ProviderProcess(const std::string& api_key = "");
  ~ProviderProcess();
  ProviderProcess(const ProviderProcess&) = delete;
  ProviderProcess& operator=(const ProviderProcess&) = delete;

  [[nodiscard]] int Port() const { return port_; }
  [[nodiscard]] std::string BaseUrl() const;  // "http://127.0.0.1:PORT/v1"

  // Sets the next answers of `path` ("/v1/chat/completions"); `replies_json` is a JSON array of REPLY
  // objects.
  void Script(std::string_view path, std::string_view replies_json);
  // Answers every request of `path` with this REPLY from now on.
  void Always(std::string_view path, std::string_view reply_json);
  void Reset();
  // What was received so far: the array of GET /_requests.
  [[nodiscard]] JsonDocument Requests();

 private:
  std::string Control(const std::string& method, const std::string& path, std::string body);

  pid_t pid_ = -1;
  int stdin_fd_ = -1;
  int port_ = 0;
  net::HttpClient client_;
};

}  // namespace dialix::tests
