// A body that hands out a text in pieces of a chosen size, for tests.
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "http/request.h"

namespace dialix::http {

class TextBody final : public BodyReader {
 public:
  explicit TextBody(std::string text, std::size_t piece = 1 << 20) : text_(std::move(text)), piece_(piece) {}
  // Gives `first` bytes in the first piece and the rest in the second.
  static TextBody SplitAt(std::string text, std::size_t first) {
    TextBody body(std::move(text));
    body.split_ = first;
    return body;
  }
  TextBody& FailWith(Error error) {
    error_ = std::move(error);
    return *this;
  }

  Result<std::size_t> Read(std::span<char> into) override {
    std::size_t n = std::min({into.size(), text_.size() - at_, piece_});
    if (at_ < split_) n = std::min(n, split_ - at_);
    if (n == 0 && error_) return *error_;
    std::memcpy(into.data(), text_.data() + at_, n);
    at_ += n;
    largest_ = std::max(largest_, into.size());
    return n;
  }
  [[nodiscard]] std::size_t largest_read() const { return largest_; }

 private:
  std::string text_;
  std::size_t piece_;
  std::size_t at_ = 0;
  std::size_t split_ = 0;
  std::size_t largest_ = 0;
  std::optional<Error> error_;
};

}  // namespace dialix::http
