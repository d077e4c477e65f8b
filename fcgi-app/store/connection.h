// One libpq connection. Opened after fork only, used by one thread at a time, never shared.
// Batches travel in pipeline mode: tenant setting, statements and commit are one round trip, and what runs
// between two Syncs is one implicit transaction (PostgreSQL 15 manual, 34.5 "Pipeline Mode", 55.2.2).
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "store/rows.h"
#include "store/statement.h"

namespace dialix::store {

// Whose rows a transaction may see; row-level security holds it to that.
struct Scope {
  std::string company_ids;  // comma-separated uuids
  bool platform = false;    // a platform administrator: every company

  static Scope None() { return {}; }
  static Scope Company(std::string id) { return {std::move(id), false}; }
  static Scope Platform() { return {{}, true}; }
};

class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    std::string url;
    int connect_timeout_s = 5;
    int statement_timeout_ms = 25000;
    std::string application_name = "dialix";
  };

  // Errors: kUnavailable.
  static Result<std::unique_ptr<Connection>> Open(const Options& options);

  // Runs the batch as one transaction. On an error nothing of it stands, and the connection is good for the
  // next batch unless IsBroken(). `changes`: the scopes a batch that may write has given new versions
  // ("scope=version scope=version"), as changes_commit() of migration 0009 tells them.
  Result<std::vector<Rows>> Run(const Scope& scope, const Batch& batch, std::string* changes = nullptr);

  // Runs plain SQL (several statements, no parameters) by the simple protocol: migrations alone.
  Status RunScript(const std::string& sql);

  // LISTEN on a channel, for WaitForNotification.
  Status Listen(const std::string& channel);
  // Waits until a notification comes (true), or the time is over or `wake_fd` becomes readable (false).
  // Errors: kUnavailable when the connection is lost.
  Result<bool> WaitForNotification(std::chrono::milliseconds timeout, int wake_fd);

  [[nodiscard]] bool IsBroken() const;
  // Looks at the socket, without a round trip, whether the server has closed this idle connection.
  [[nodiscard]] bool LooksAlive();
  [[nodiscard]] Clock::time_point opened_at() const { return opened_at_; }
  // Round trips made since it was opened.
  [[nodiscard]] int round_trips() const { return round_trips_; }

 private:
  struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  explicit Connection(PGconn* connection);

  // What was put on the wire, in order, so that answers can be told apart.
  struct Sent {
    const Statement* statement;
    bool is_prepare;
  };
  bool Send(const Scope& scope, const Batch& batch, std::vector<Sent>& sent);
  bool SendOne(const Statement& statement, const std::vector<Param>& params, std::vector<Sent>& sent);
  Result<std::vector<Rows>> Collect(const std::vector<Sent>& sent);

  std::unique_ptr<PGconn, Closer> connection_;
  std::unordered_set<std::string_view> prepared_;  // names have static storage
  Clock::time_point opened_at_ = Clock::now();
  int round_trips_ = 0;
};

}  // namespace dialix::store
