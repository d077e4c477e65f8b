// One libpq connection. Opened after fork only, used by one thread at a time, never shared.
// Batches travel in pipeline mode: tenant setting, statements and commit are one round trip, and what runs
// between two Syncs is one implicit transaction (PostgreSQL 15 manual, 34.5 "Pipeline Mode", 55.2.2).
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <optional>
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
  // Several companies, each checked by the caller: a company's administrator and the branches below.
  static Scope Companies(const std::vector<std::string>& ids) {
    Scope scope;
    for (const std::string& id : ids) scope.company_ids += (scope.company_ids.empty() ? "" : ",") + id;
    return scope;
  }
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
    // false: nothing is kept in the server's session, neither prepared statements nor settings, for a
    // PgBouncer in transaction mode, which gives every transaction another session.
    bool keeps_session = true;
  };

  // Errors: kUnavailable.
  static Result<std::unique_ptr<Connection>> Open(const Options& options);

  // What a batch that may write tells beside its rows.
  struct Notes {
    std::string changes;      // "scope=version scope=version": see changes_commit() of migration 0009
    std::string transaction;  // its xid8; empty: it wrote nothing
  };
  // Runs the batch as one transaction. On an error nothing of it stands, and the connection is good for the
  // next batch unless IsBroken(). `must_see`: a transaction whose rows the batch must see, or it fails with
  // kBehind (a replica may not have come that far); empty: none.
  Result<std::vector<Rows>> Run(const Scope& scope, const Batch& batch, Notes* notes = nullptr,
                                const std::string& must_see = {});

  // Runs the batch, and behind it, as a transaction of its own that only reads, the statement, whose rows
  // NextOfStream gives; both are sent at once. Good for nothing else until the last row was read.
  Result<std::vector<Rows>> RunAndStream(const Scope& scope, const Batch& batch, const Statement& statement,
                                         const std::vector<Param>& params, Notes* notes);
  // The next row of the statement; nothing behind the last.
  Result<std::optional<Rows>> NextOfStream();

  // Runs plain SQL (several statements, no parameters) by the simple protocol: migrations alone.
  Status RunScript(const std::string& sql);

  // LISTEN on a channel, for WaitForNotification.
  Status Listen(const std::string& channel);
  // Waits until a notification comes (true), or the time is over or `wake_fd` becomes readable (false).
  // Errors: kUnavailable when the connection is lost.
  // `payloads` (may be null) gets the text of each that came.
  Result<bool> WaitForNotification(std::chrono::milliseconds timeout, int wake_fd,
                                   std::vector<std::string>* payloads = nullptr);
  // Ends the connection under whoever waits on it; the one call that another thread may make.
  void CutOff();

  [[nodiscard]] bool IsBroken() const;
  // Looks at the socket, without a round trip, whether the server has closed this idle connection.
  [[nodiscard]] bool LooksAlive();
  // Whether the other end can vanish without the socket telling (TCP).
  [[nodiscard]] bool MayDieUnseen() const;
  // An empty query and back.
  bool Ping(std::chrono::milliseconds timeout);
  // The last Run failed, and it is certain that PostgreSQL has kept nothing of it, though the connection is
  // lost: nothing was sent, or an error of one of its statements came back first.
  [[nodiscard]] bool HasKeptNothing() const { return has_kept_nothing_; }

  // When its pool means to replace it.
  [[nodiscard]] Clock::time_point recycle_at() const { return recycle_at_; }
  void set_recycle_at(Clock::time_point at) { recycle_at_ = at; }
  // Round trips made since it was opened.
  [[nodiscard]] int round_trips() const { return round_trips_; }

 private:
  struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  Connection(PGconn* connection, const Options& options);

  // What was put on the wire, in order, so that answers can be told apart.
  struct Sent {
    const Statement* statement;
    bool is_prepare;
  };
  bool Send(const Scope& scope, const Batch& batch, const std::string& must_see, std::vector<Sent>& sent);
  bool SendScope(const Scope& scope, bool reads, std::vector<Sent>& sent);
  bool SendOne(const Statement& statement, const std::vector<Param>& params, std::vector<Sent>& sent);
  // `last`: nothing is sent behind it.
  Result<std::vector<Rows>> Collect(const std::vector<Sent>& sent, bool last = true);

  std::unique_ptr<PGconn, Closer> connection_;
  std::unordered_set<std::string_view> prepared_;  // names have static storage
  Clock::time_point recycle_at_ = Clock::time_point::max();
  std::string statement_timeout_;
  bool keeps_session_ = true;
  bool was_told_to_go_ = false;  // the server said FATAL while it was idle
  bool is_lost_ = false;         // seen before anything was sent
  bool has_kept_nothing_ = false;
  int round_trips_ = 0;
};

}  // namespace dialix::store
