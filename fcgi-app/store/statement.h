// SQL as data: named statements with text parameters, and batches of them that travel in one round trip.
// A named Statement's strings have static storage; its name is the prepared statement's, so PostgreSQL's logs
// name it. One without a name ("") is parsed each time: for SQL put together from fixed parts.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace dialix::store {

struct Statement {
  const char* name;
  const char* sql;
};

// One parameter in PostgreSQL's text format; nullopt is NULL. SQL casts it where the type isn't clear
// ($1::uuid).
struct Param {
  std::optional<std::string> text;

  Param(std::nullopt_t) {}
  Param(const char* value) : text(value) {}
  Param(std::string_view value) : text(value) {}
  Param(std::string value) : text(std::move(value)) {}
  Param(bool value) : text(value ? "true" : "false") {}
  Param(int value) : text(std::to_string(value)) {}
  Param(std::int64_t value) : text(std::to_string(value)) {}
  Param(std::size_t value) : text(std::to_string(value)) {}
  Param(double value);
  Param(TimePoint value) : text(FormatUtc(value)) {}
  Param(const std::vector<std::string>& array);  // text[]
  template <typename T>
  Param(const std::optional<T>& value) {
    if (value) text = Param(*value).text;
  }
};

[[nodiscard]] Param Bytea(std::string_view bytes);
// NULL for an empty text: a value that is not known.
[[nodiscard]] Param NullIfEmpty(const std::string& text);

// Wakes the analyzers; in the batch that queues a job, so it is heard at the commit.
inline constexpr Statement kNotifyAnalyzers{"job_notify", "SELECT pg_notify('dialix_job', '')"};

// Statements that run as one transaction in one round trip: all or nothing.
class Batch {
 public:
  // kReadOnly: PostgreSQL refuses a write in it. kReadWrite: sent once. kIdempotent: may write, and does no
  // harm sent twice. All but kReadWrite are tried once more on a fresh connection when the server went away
  // meanwhile.
  enum class Mode { kReadOnly, kReadWrite, kIdempotent };
  explicit Batch(Mode mode = Mode::kReadOnly) : mode_(mode) {}

  Batch& Add(const Statement& statement, std::vector<Param> params = {}) {
    items_.push_back({&statement, std::move(params)});
    return *this;
  }

  struct Item {
    const Statement* statement;
    std::vector<Param> params;
  };
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }
  [[nodiscard]] Mode mode() const { return mode_; }

 private:
  Mode mode_;
  std::vector<Item> items_;
};

}  // namespace dialix::store
