#include "http/fastcgi_connection.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "http/fastcgi_records.h"

namespace dialix::http {
namespace {

using monitoring::Stage;
using std::chrono::milliseconds;

constexpr int kForever = -1;
// A thread killed between being woken for a connection and accepting it takes the wake-up with it; so now and
// then each looks by itself.
constexpr int kLookAgainMs = 2000;

void SetTimeout(int fd, int option, milliseconds timeout) {
  timeval value{};
  value.tv_sec = timeout.count() / 1000;
  value.tv_usec = (timeout.count() % 1000) * 1000;
  ::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value);
}

// Waits for either fd; which is readable, stop first. Nothing: timed out.
enum class Ready { kNothing, kStop, kFd };
Ready PollEither(int fd, int stop_fd, int timeout_ms) {
  pollfd fds[2] = {{stop_fd, POLLIN, 0}, {fd, POLLIN, 0}};
  for (;;) {
    const int n = ::poll(fds, 2, timeout_ms);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return Ready::kNothing;
    return fds[0].revents != 0 ? Ready::kStop : Ready::kFd;
  }
}

// Whether bytes are waiting; false at the peer's end and when there is nothing.
bool HasBytes(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

void Watch(int epoll, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

}  // namespace

FastCgiConnection::FastCgiConnection(int listen_fd, int stop_fd, const ConnectionTimeouts& timeouts,
                                     monitoring::Slot& slot, const monitoring::StructuredLogger& logger)
    : listen_fd_(listen_fd),
      stop_fd_(stop_fd),
      timeouts_(timeouts),
      slot_(slot),
      logger_(logger),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  // Exclusively: a connection wakes one of the waiting threads of all workers, not each of them.
  Watch(epoll_.get(), listen_fd, EPOLLIN | EPOLLEXCLUSIVE);
  Watch(epoll_.get(), stop_fd, EPOLLIN);
  // Socket -1: the library cannot accept; FCGX_Accept_r then only reads from the connection it is given.
  FCGX_InitRequest(&request_, -1, FCGI_FAIL_ACCEPT_ON_INTR);
}

FastCgiConnection::~FastCgiConnection() {
  Close();
  slot_.Enter(Stage::kOff);
}

bool FastCgiConnection::NextRequest() {
  for (;;) {
    if (request_.ipcFd < 0) {
      if (!AwaitConnection()) return false;
      continue;
    }
    if (AwaitBytes() == Wait::kGone) {
      Close();
      continue;
    }
    fresh_ = false;
    slot_.SetRequestId({});
    slot_.SetRoute({});
    slot_.Enter(Stage::kReading);
    const int refused = FCGX_Accept_r(&request_);
    if (refused == 0) return true;
    logger_.Debug("connection_refused", {{"code", refused}});
    Close();  // a broken or silent peer; the library has closed its connection already
  }
}

// False: told to stop. A connection that is ready at that moment is still taken: its wake-up came to this
// thread alone.
bool FastCgiConnection::AwaitConnection() {
  slot_.Enter(Stage::kAccepting);
  while (!told_to_stop_) {
    epoll_event events[2];
    const int n = ::epoll_wait(epoll_.get(), events, 2, kLookAgainMs);
    bool look = n == 0;
    for (int i = 0; i < n; ++i) {
      if (events[i].data.fd == stop_fd_)
        told_to_stop_ = true;
      else
        look = true;
    }
    if (look && Accept()) return true;
  }
  return false;
}

bool FastCgiConnection::Accept() {
  const int fd = ::accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) {
    if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
      return false;  // another thread was faster
    logger_.Error("accept_failed", {{"error", std::generic_category().message(errno)}});
    (void)PollEither(stop_fd_, stop_fd_, 100);  // out of file descriptors: do not spin
    return false;
  }
  SetTimeout(fd, SO_RCVTIMEO, timeouts_.read);
  SetTimeout(fd, SO_SNDTIMEO, timeouts_.write);
  request_.ipcFd = fd;
  request_.keepConnection =
      1;  // FCGX_Accept_r first "finishes the last request", and must not close this one
  fresh_ = true;
  return true;
}

FastCgiConnection::Wait FastCgiConnection::AwaitBytes() {
  slot_.Enter(Stage::kIdle);
  const int timeout_ms = fresh_ ? static_cast<int>(timeouts_.read.count()) : kForever;
  switch (PollEither(request_.ipcFd, stop_fd_, timeout_ms)) {
    case Ready::kNothing:
      return Wait::kGone;
    case Ready::kFd:
      return HasBytes(request_.ipcFd) ? Wait::kReady : Wait::kGone;
    case Ready::kStop:
      return LastBytes();
  }
  return Wait::kGone;
}

// The server is stopping and the peer may just be sending a request on this connection: give it a moment,
// then stop its sending before looking a last time, so that no request it managed to send is dropped.
FastCgiConnection::Wait FastCgiConnection::LastBytes() {
  pollfd fd = {request_.ipcFd, POLLIN, 0};
  (void)::poll(&fd, 1, static_cast<int>(timeouts_.drain_linger.count()));
  if (HasBytes(request_.ipcFd)) return Wait::kReady;
  ::shutdown(request_.ipcFd, SHUT_RD);
  return HasBytes(request_.ipcFd) ? Wait::kReady : Wait::kGone;
}

bool FastCgiConnection::Respond(std::string_view head, std::string_view body, bool reusable) {
  const bool keep = reusable && request_.keepConnection != 0 && !Stopping();
  const bool sent = SendResponse(request_.ipcFd, request_.requestId, head, body,
                                 keep ? AfterResponse::kKeep : AfterResponse::kGoodbye);
  answered_ = sent && keep;
  return sent;
}

bool FastCgiConnection::RespondInPieces(std::string_view head, const BodySource& source, bool reusable,
                                        std::size_t& sent) {
  if (!SendPiece(request_.ipcFd, request_.requestId, head)) return false;
  for (std::string piece;;) {
    piece.clear();
    const auto more = source(piece);
    if (!more) {
      logger_.Error("body_source_failed", {{"detail", more.error().internal_detail}});
      return false;
    }
    if (!*more) break;
    if (!piece.empty() && !SendPiece(request_.ipcFd, request_.requestId, piece)) return false;
    sent += piece.size();
  }
  const bool keep = reusable && request_.keepConnection != 0 && !Stopping();
  answered_ =
      SendEnd(request_.ipcFd, request_.requestId, keep ? AfterResponse::kKeep : AfterResponse::kGoodbye) &&
      keep;
  return true;
}

void FastCgiConnection::Finish() {
  // Not FCGX_Finish_r, which would write an END_REQUEST of its own.
  const bool keep = std::exchange(answered_, false) && FCGX_GetError(request_.in) == 0;
  FCGX_Free(&request_, keep ? 0 : 1);
}

void FastCgiConnection::Close() { FCGX_Free(&request_, 1); }

bool FastCgiConnection::Stopping() const {
  pollfd fd = {stop_fd_, POLLIN, 0};
  return ::poll(&fd, 1, 0) > 0;
}

Error FastCgiBody::Broken() {
  failed_ = true;
  const int error = FCGX_GetError(in_);
  if (error == EAGAIN || error == EWOULDBLOCK || Request::Clock::now() >= deadline_) {
    return Fail(Error::Code::kTimeout, "The body came in too slowly.");
  }
  return Fail(Error::Code::kMalformed, "The body is shorter than its Content-Length: the connection was cut.",
              std::to_string(left_) + " bytes missing, stream error " + std::to_string(error));
}

// At least one byte, at most what one read from the socket gives, so that the deadline is looked at between
// reads.
std::size_t FastCgiBody::Pull(std::span<char> into) {
  if (Request::Clock::now() >= deadline_) return 0;
  const int first = FCGX_GetChar(in_);
  if (first < 0) return 0;
  into[0] = static_cast<char>(first);
  const auto buffered = static_cast<std::size_t>(in_->stop - in_->rdNext);
  const auto more = static_cast<int>(std::min(buffered, into.size() - 1));
  return 1 + (more > 0 ? static_cast<std::size_t>(FCGX_GetStr(into.data() + 1, more, in_)) : 0);
}

Result<std::size_t> FastCgiBody::Read(std::span<char> into) {
  if (failed_) return Broken();
  const auto wanted =
      static_cast<std::size_t>(std::min<std::int64_t>(left_, static_cast<std::int64_t>(into.size())));
  if (wanted == 0) return std::size_t{0};
  slot_.Enter(Stage::kReading);
  std::size_t got = 0;
  while (got < wanted) {
    const std::size_t n = Pull(into.subspan(got, wanted - got));
    if (n == 0) return Broken();
    got += n;
    left_ -= static_cast<std::int64_t>(n);
  }
  slot_.Enter(Stage::kProcessing);
  return got;
}

bool FastCgiBody::Discard(std::int64_t limit) {
  if (failed_ || left_ > limit) return false;
  char trash[8192];
  for (std::int64_t read = 0; read <= limit;) {
    const std::size_t n = Pull(trash);
    if (n == 0) return FCGX_HasSeenEOF(in_) != 0 && FCGX_GetError(in_) == 0;
    read += static_cast<std::int64_t>(n);
  }
  return false;
}

}  // namespace dialix::http
