// The rows one statement gave back. Views into it live as long as it does. Movable, not shared.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dialix::store {

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

class Rows {
 public:
  Rows() = default;
  explicit Rows(ResultPtr result) : result_(std::move(result)) {}

  [[nodiscard]] int size() const { return result_ ? PQntuples(result_.get()) : 0; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  // Rows an INSERT, UPDATE or DELETE touched.
  [[nodiscard]] std::int64_t affected() const;

  [[nodiscard]] bool IsNull(int row, int column) const {
    return PQgetisnull(result_.get(), row, column) != 0;
  }
  // REQUIRES for all: row < size(), column exists. A NULL reads as "", 0 or false.
  [[nodiscard]] std::string_view Text(int row, int column) const;
  [[nodiscard]] std::string String(int row, int column) const { return std::string(Text(row, column)); }
  [[nodiscard]] std::int64_t Int(int row, int column) const;
  [[nodiscard]] double Double(int row, int column) const;
  [[nodiscard]] bool Bool(int row, int column) const { return Text(row, column) == "t"; }
  [[nodiscard]] std::optional<std::string> OptText(int row, int column) const;
  [[nodiscard]] std::optional<std::int64_t> OptInt(int row, int column) const;
  [[nodiscard]] std::optional<double> OptDouble(int row, int column) const;

 private:
  ResultPtr result_;
};

}  // namespace dialix::store
