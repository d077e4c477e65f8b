// One serving thread on a socket of its own; the handler is the test's.
#pragma once

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <filesystem>
#include <thread>

#include "fastcgi_client.h"
#include "http/fastcgi_server.h"

namespace dialix::http {

class ServedLoop : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(InitFastCgi().ok()); }

  void Start(Handler handler) {
    handler_ = std::move(handler);
    path_ =
        (std::filesystem::temp_directory_path() / ("dialix-serve-" + std::to_string(::getpid()))).string();
    ::unlink(path_.c_str());
    listen_fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listen_fd_, 16), 0);
    stop_fd_ = ::eventfd(0, EFD_CLOEXEC);
    thread_ = std::thread([this] {
      ServeLoop({listen_fd_, stop_fd_, slot_, options_, handler_, logger_, metrics_, performance_});
    });
  }
  void Stop() {
    if (!thread_.joinable()) return;
    ::eventfd_write(stop_fd_, 1);
    thread_.join();
  }
  void TearDown() override {
    Stop();
    ::close(listen_fd_);
    ::close(stop_fd_);
    ::unlink(path_.c_str());
  }
  [[nodiscard]] FastCgiClient Connect() const { return FastCgiClient::Connect(path_); }

  ServeOptions options_;
  monitoring::Slot slot_;
  monitoring::MetricsCollector collector_;
  monitoring::MetricSet metrics_{collector_, {{"GET", "/a"}}};
  monitoring::StructuredLogger logger_{monitoring::LogLevel::kOff};
  monitoring::PerformanceMonitor performance_{logger_, std::chrono::milliseconds(0)};

 private:
  Handler handler_;
  std::string path_;
  int listen_fd_ = -1;
  int stop_fd_ = -1;
  std::thread thread_;
};

}  // namespace dialix::http
