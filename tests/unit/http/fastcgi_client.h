// The web server's side of FastCGI, small and able to misbehave, for tests.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dialix::http {

struct FastCgiAnswer {
  std::string out;       // everything on STDOUT
  bool ended = false;    // END_REQUEST came
  bool goodbye = false;  // and a management record right behind it
};

class FastCgiClient {
 public:
  using Params = std::vector<std::pair<std::string, std::string>>;

  explicit FastCgiClient(int fd) : fd_(fd) {}
  FastCgiClient(FastCgiClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}
  FastCgiClient& operator=(FastCgiClient&&) = delete;
  ~FastCgiClient() { Close(); }
  static FastCgiClient Connect(const std::string& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0)
        << std::strerror(errno);
    return FastCgiClient(fd);
  }

  [[nodiscard]] int fd() const { return fd_; }
  void Close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  void Send(std::string_view bytes) const {
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t n = ::send(fd_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (n <= 0) return;  // the server hung up: the answer tells the rest
      at += static_cast<std::size_t>(n);
    }
  }
  static std::string Record(int type, std::string_view content, int id = 1) {
    std::string record = {1,
                          static_cast<char>(type),
                          static_cast<char>(id >> 8),
                          static_cast<char>(id & 255),
                          static_cast<char>(content.size() >> 8),
                          static_cast<char>(content.size() & 255),
                          0,
                          0};
    return record.append(content);
  }
  static std::string Stream(int type, std::string_view content) {
    std::string records;
    for (; !content.empty(); content.remove_prefix(std::min<std::size_t>(content.size(), 32768))) {
      records += Record(type, content.substr(0, 32768));
    }
    return records;
  }
  static std::string Pair(const std::string& name, const std::string& value) {
    const auto length = [](std::size_t n) {
      if (n < 128) return std::string(1, static_cast<char>(n));
      return std::string{static_cast<char>(0x80 | (n >> 24)), static_cast<char>(n >> 16),
                         static_cast<char>(n >> 8), static_cast<char>(n)};
    };
    return length(name.size()) + length(value.size()) + name + value;
  }
  // BEGIN_REQUEST and all parameters.
  static std::string Head(const Params& params, bool keep) {
    std::string pairs;
    for (const auto& [name, value] : params) pairs += Pair(name, value);
    return Record(1, std::string{0, 1, static_cast<char>(keep ? 1 : 0), 0, 0, 0, 0, 0}) + Stream(4, pairs) +
           Record(4, "");
  }
  static Params Get(const std::string& uri) { return {{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", uri}}; }
  static Params Post(const std::string& uri, std::size_t length) {
    return {{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", uri}, {"CONTENT_LENGTH", std::to_string(length)}};
  }
  static std::string Body(std::string_view body) { return Stream(5, body) + Record(5, ""); }

  // Reads one answer; `ended` is false if the server hung up (or stayed silent for `patience`) before its
  // end.
  FastCgiAnswer Receive(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    FastCgiAnswer answer;
    while (!answer.ended) {
      const auto record = NextRecord(patience);
      if (!record) return answer;
      if (record->first == 6) answer.out += record->second;
      if (record->first == 3) answer.ended = true;
    }
    answer.goodbye = buffer_.size() >= 2 && buffer_[1] == 11;
    return answer;
  }
  // Whether the server closes within `patience`.
  bool SeesClose(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    pollfd fd = {fd_, POLLIN, 0};
    char bytes[256];
    while (::poll(&fd, 1, static_cast<int>(patience.count())) > 0) {
      if (::recv(fd_, bytes, sizeof bytes, 0) <= 0) return true;
    }
    return false;
  }

 private:
  bool Fill(std::size_t wanted, std::chrono::milliseconds patience) {
    while (buffer_.size() < wanted) {
      pollfd fd = {fd_, POLLIN, 0};
      if (::poll(&fd, 1, static_cast<int>(patience.count())) <= 0) return false;
      char bytes[65536];
      const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
      if (n <= 0) return false;
      buffer_.append(bytes, static_cast<std::size_t>(n));
    }
    return true;
  }
  std::optional<std::pair<int, std::string>> NextRecord(std::chrono::milliseconds patience) {
    if (!Fill(8, patience)) return std::nullopt;
    const auto byte = [this](std::size_t i) {
      return static_cast<std::size_t>(static_cast<unsigned char>(buffer_[i]));
    };
    const std::size_t content = byte(4) * 256 + byte(5), padding = byte(6);
    const int type = static_cast<int>(byte(1));
    if (!Fill(8 + content + padding, patience)) return std::nullopt;
    std::pair<int, std::string> record{type, buffer_.substr(8, content)};
    buffer_.erase(0, 8 + content + padding);
    return record;
  }

  int fd_;
  std::string buffer_;
};

}  // namespace dialix::http
