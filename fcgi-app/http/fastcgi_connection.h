// One thread's FastCGI connection: accepts, waits, reads requests one after another, and closes. With
// fastcgi_server.cpp the only code that calls FCGX_*. Not thread-safe; every thread has its own.
//
// It accepts by itself and gives libfcgi no listen socket: so every connection has read and write timeouts
// from its first byte, and a shutdown is noticed while waiting for a connection as well as on a kept one.
#pragma once

#include <fcgiapp.h>

#include <chrono>

#include "base/result.h"
#include "base/unique_fd.h"
#include "http/request.h"
#include "http/response.h"
#include "monitoring/logger.h"
#include "monitoring/slot.h"

namespace dialix::http {

struct ConnectionTimeouts {
  std::chrono::milliseconds read;
  std::chrono::milliseconds write;
  std::chrono::milliseconds drain_linger;
};

class FastCgiConnection {
 public:
  FastCgiConnection(int listen_fd, int stop_fd, const ConnectionTimeouts& timeouts, monitoring::Slot& slot,
                    const monitoring::StructuredLogger& logger);
  ~FastCgiConnection();
  FastCgiConnection(const FastCgiConnection&) = delete;
  FastCgiConnection& operator=(const FastCgiConnection&) = delete;

  // Waits for the next request's head. False: stop_fd is readable and nothing is under way, so end.
  [[nodiscard]] bool NextRequest();
  [[nodiscard]] const char* const* Params() const { return request_.envp; }
  [[nodiscard]] FCGX_Stream* Input() { return request_.in; }
  // Writes the response and the end of the request. `reusable` false: unread input is left, so the connection
  // ends with it. False: the peer did not take it.
  bool Respond(std::string_view head, std::string_view body, bool reusable);
  // The same for a body that is made on the way, which slot and watchdog see as writing. False as well where
  // the source failed: then the request is not ended, so that nobody takes what was sent for all of it.
  bool RespondInPieces(std::string_view head, const BodySource& source, bool reusable, std::size_t& sent);
  // Ends the request on every path, answered or not; an unanswered one ends its connection.
  void Finish();

 private:
  enum class Wait { kReady, kGone };
  [[nodiscard]] bool AwaitConnection();
  Wait AwaitBytes();
  Wait LastBytes();
  bool Accept();
  void Close();
  [[nodiscard]] bool Stopping() const;

  const int listen_fd_;
  const int stop_fd_;
  const ConnectionTimeouts timeouts_;
  monitoring::Slot& slot_;
  const monitoring::StructuredLogger& logger_;
  UniqueFd epoll_;  // on the listener, exclusively, and on stop_fd
  FCGX_Request request_{};
  bool told_to_stop_ = false;
  bool fresh_ = true;      // no request came in on this connection yet
  bool answered_ = false;  // completely, and the connection may bring the next request
};

// The request's body as the library's stream gives it, counted against CONTENT_LENGTH: the library reports no
// error for a body that ends early.
class FastCgiBody final : public BodyReader {
 public:
  FastCgiBody(FCGX_Stream* in, std::int64_t content_length, Request::Clock::time_point deadline,
              monitoring::Slot& slot)
      : in_(in), left_(content_length), deadline_(deadline), slot_(slot) {}

  Result<std::size_t> Read(std::span<char> into) override;
  // Reads away what the handler left, and the stream's end mark: left unread, they break the next request on
  // a kept connection. False: there was more than `limit` bytes, or reading failed.
  [[nodiscard]] bool Discard(std::int64_t limit);
  [[nodiscard]] bool Failed() const { return failed_; }

 private:
  [[nodiscard]] std::size_t Pull(std::span<char> into);
  [[nodiscard]] Error Broken();

  FCGX_Stream* in_;
  std::int64_t left_;
  Request::Clock::time_point deadline_;
  monitoring::Slot& slot_;
  bool failed_ = false;
};

}  // namespace dialix::http
