#include "store/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "store/sql_error.h"

namespace dialix::store {
namespace {

#define SET_SCOPE                                                                          \
  "SELECT set_config('app.company_ids', $1, true), set_config('app.platform', $2, true), " \
  "set_config('transaction_read_only', $3, true)"

constexpr Statement kSetScope{"set_scope", SET_SCOPE};
// What Open() otherwise gives the session, for the transaction alone.
constexpr Statement kSetScopeAndSession{
    "set_scope_and_session", SET_SCOPE
    ", set_config('statement_timeout', $4, true), set_config('TimeZone', 'UTC', true), "
    "set_config('idle_in_transaction_session_timeout', '60000', true)"};
// Last in every batch that may write: see migration 0009. The transaction, for who must see it on a replica.
constexpr Statement kCommitChanges{"changes_commit",
                                   "SELECT changes_commit(), pg_current_xact_id_if_assigned()"};
constexpr Statement kSeesTransaction{"sees_transaction",
                                     "SELECT pg_visible_in_snapshot($1::xid8, pg_current_snapshot())"};

// A peer that is gone is noticed within half a minute, what was sent and not acknowledged within ten seconds.
// Before dbname, so that the URL has the last word (libpq manual, 34.1.1).
constexpr std::pair<const char*, const char*> kSocket[] = {{"keepalives", "1"},
                                                           {"keepalives_idle", "10"},
                                                           {"keepalives_interval", "5"},
                                                           {"keepalives_count", "4"},
                                                           {"tcp_user_timeout", "10000"}};

}  // namespace

Connection::Connection(PGconn* connection, const Options& options)
    : connection_(connection),
      statement_timeout_(std::to_string(options.statement_timeout_ms)),
      keeps_session_(options.keeps_session) {
  PQsetNoticeReceiver(
      connection_.get(),
      [](void* self, const PGresult* notice) {
        const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
        if (severity != nullptr && std::strcmp(severity, "FATAL") == 0)
          static_cast<Connection*>(self)->was_told_to_go_ = true;
      },
      this);
}

Result<std::unique_ptr<Connection>> Connection::Open(const Options& options) {
  const std::string timeout = std::to_string(options.connect_timeout_s);
  const std::string settings = "-c statement_timeout=" + std::to_string(options.statement_timeout_ms) +
                               " -c idle_in_transaction_session_timeout=60000 -c TimeZone=UTC";
  std::vector<const char*> keys;
  std::vector<const char*> values;
  const auto set = [&](const char* key, const char* value) {
    keys.push_back(key);
    values.push_back(value);
  };
  for (const auto& [key, value] : kSocket) set(key, value);
  set("dbname", options.url.c_str());
  set("connect_timeout", timeout.c_str());
  // PgBouncer refuses startup parameters that it does not know, `options` among them.
  if (options.keeps_session) set("options", settings.c_str());
  set("application_name", options.application_name.c_str());
  set("client_encoding", "UTF8");
  set(nullptr, nullptr);
  std::unique_ptr<Connection> connection(
      new Connection(PQconnectdbParams(keys.data(), values.data(), 1), options));
  if (PQstatus(connection->connection_.get()) != CONNECTION_OK) {
    return ConnectionError(PQerrorMessage(connection->connection_.get()));
  }
  return connection;
}

bool Connection::IsBroken() const {
  return is_lost_ || PQstatus(connection_.get()) != CONNECTION_OK ||
         PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF;
}

bool Connection::LooksAlive() {
  if (IsBroken() || was_told_to_go_) return false;
  pollfd readable{PQsocket(connection_.get()), POLLIN, 0};
  // Something came while it was idle: a notice is harmless, a FATAL or the end of the stream is not.
  while (poll(&readable, 1, 0) > 0) {
    if (PQconsumeInput(connection_.get()) != 1 || PQstatus(connection_.get()) != CONNECTION_OK) return false;
    (void)PQisBusy(connection_.get());  // reads what came, for the notice receiver
    if (was_told_to_go_) return false;
  }
  return true;
}

bool Connection::MayDieUnseen() const {
  const char* host = PQhost(connection_.get());
  return host != nullptr && host[0] != '/' && host[0] != '@';
}

bool Connection::Ping(std::chrono::milliseconds timeout) {
  const auto until = Clock::now() + timeout;
  ++round_trips_;
  if (PQsendQuery(connection_.get(), "") != 1) return false;
  while (PQisBusy(connection_.get()) == 1) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd readable{PQsocket(connection_.get()), POLLIN, 0};
    if (left <= 0 || poll(&readable, 1, static_cast<int>(left)) <= 0) return false;
    if (PQconsumeInput(connection_.get()) != 1) return false;
  }
  bool is_good = false;
  while (const ResultPtr result{PQgetResult(connection_.get())})
    is_good = PQresultStatus(result.get()) == PGRES_EMPTY_QUERY;
  return is_good && !IsBroken();
}

bool Connection::SendOne(const Statement& statement, const std::vector<Param>& params,
                         std::vector<Sent>& sent) {
  std::vector<const char*> values;
  values.reserve(params.size());
  for (const Param& param : params) values.push_back(param.text ? param.text->c_str() : nullptr);
  if (*statement.name == '\0' || !keeps_session_) {
    sent.push_back({&statement, false});
    return PQsendQueryParams(connection_.get(), statement.sql, static_cast<int>(values.size()), nullptr,
                             values.data(), nullptr, nullptr, 0) == 1;
  }
  if (prepared_.count(statement.name) == 0) {
    if (PQsendPrepare(connection_.get(), statement.name, statement.sql, 0, nullptr) != 1) return false;
    sent.push_back({&statement, true});
    prepared_.insert(statement.name);
  }
  if (PQsendQueryPrepared(connection_.get(), statement.name, static_cast<int>(values.size()), values.data(),
                          nullptr, nullptr, 0) != 1) {
    return false;
  }
  sent.push_back({&statement, false});
  return true;
}

bool Connection::SendScope(const Scope& scope, bool reads, std::vector<Sent>& sent) {
  std::vector<Param> session = {scope.company_ids, scope.platform ? "on" : "off", reads ? "on" : "off"};
  if (!keeps_session_) session.emplace_back(statement_timeout_);
  return SendOne(keeps_session_ ? kSetScope : kSetScopeAndSession, session, sent);
}

bool Connection::Send(const Scope& scope, const Batch& batch, const std::string& must_see,
                      std::vector<Sent>& sent) {
  if (PQenterPipelineMode(connection_.get()) != 1) return false;
  const bool reads = batch.mode() == Batch::Mode::kReadOnly;
  if (!SendScope(scope, reads, sent)) return false;
  if (!must_see.empty() && !SendOne(kSeesTransaction, {must_see}, sent)) return false;
  for (const Batch::Item& item : batch.items()) {
    if (!SendOne(*item.statement, item.params, sent)) return false;
  }
  if (!reads && !SendOne(kCommitChanges, {}, sent)) return false;
  return PQpipelineSync(connection_.get()) == 1;
}

// The answers of everything before the Sync, the scope's own row among them.
Result<std::vector<Rows>> Connection::Collect(const std::vector<Sent>& sent, bool last) {
  std::vector<Rows> rows;
  std::optional<Error> error;
  for (const Sent& item : sent) {
    ResultPtr result(PQgetResult(connection_.get()));
    if (!result) {
      has_kept_nothing_ = error.has_value();
      if (PQstatus(connection_.get()) != CONNECTION_OK)
        return ConnectionError(PQerrorMessage(connection_.get()));
      return Internal("libpq gave no result for " + std::string(item.statement->name));
    }
    const ExecStatusType status = PQresultStatus(result.get());
    const bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (!good) {
      if (item.is_prepare) prepared_.erase(item.statement->name);
      if (!error && status != PGRES_PIPELINE_ABORTED) error = SqlError(result.get(), item.statement->name);
    } else if (!item.is_prepare) {
      rows.emplace_back(std::move(result));
    }
    result.reset(PQgetResult(connection_.get()));  // the null that ends this statement
  }
  ResultPtr sync(PQgetResult(connection_.get()));
  if (sync && PQresultStatus(sync.get()) == PGRES_FATAL_ERROR &&
      PQstatus(connection_.get()) == CONNECTION_OK) {
    if (!error) error = SqlError(sync.get(), "commit");  // what was deferred to it: a constraint
    sync.reset(PQgetResult(connection_.get()));
    if (!sync) sync.reset(PQgetResult(connection_.get()));
  }
  has_kept_nothing_ = error.has_value();
  if (!sync || PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC ||
      (last && PQexitPipelineMode(connection_.get()) != 1))
    return ConnectionError(PQerrorMessage(connection_.get()));
  if (error) return std::move(*error);
  return rows;
}

Result<std::vector<Rows>> Connection::Run(const Scope& scope, const Batch& batch, Notes* notes,
                                          const std::string& must_see) {
  has_kept_nothing_ = true;
  if (!LooksAlive()) {
    is_lost_ = true;
    return ConnectionError("closed by the server while it was idle");
  }
  std::vector<Sent> sent;
  if (!Send(scope, batch, must_see, sent)) return ConnectionError(PQerrorMessage(connection_.get()));
  ++round_trips_;
  has_kept_nothing_ = false;
  DIALIX_TRY(auto rows, Collect(sent));
  const std::size_t own = must_see.empty() ? 1 : 2;
  if (own == 2 && !rows[1].Bool(0, 0)) return Behind();
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(own));
  if (batch.mode() == Batch::Mode::kReadOnly) return rows;
  if (notes != nullptr) *notes = {rows.back().String(0, 0), rows.back().String(0, 1)};
  rows.pop_back();
  return rows;
}

Status Connection::RunScript(const std::string& sql) {
  ++round_trips_;
  ResultPtr result(PQexec(connection_.get(), sql.c_str()));
  if (PQstatus(connection_.get()) != CONNECTION_OK) return ConnectionError(PQerrorMessage(connection_.get()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return Ok();
  Error error = SqlError(result.get(), "script");
  error.public_message =
      PQerrorMessage(connection_.get());  // scripts are our own; an operator of the CLI reads this
  return error;
}

Status Connection::Listen(const std::string& channel) { return RunScript("LISTEN " + channel); }

void Connection::CutOff() { ::shutdown(PQsocket(connection_.get()), SHUT_RDWR); }

Result<bool> Connection::WaitForNotification(std::chrono::milliseconds timeout, int wake_fd,
                                             std::vector<std::string>* payloads) {
  const auto until = Clock::now() + timeout;
  for (;;) {
    if (PGnotify* note = PQnotifies(connection_.get()); note != nullptr) {
      while (note != nullptr) {
        if (payloads != nullptr) payloads->emplace_back(note->extra);
        PQfreemem(note);
        note = PQnotifies(connection_.get());
      }
      return true;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return false;
    pollfd fds[2] = {{PQsocket(connection_.get()), POLLIN, 0}, {wake_fd, POLLIN, 0}};
    const int ready = poll(fds, wake_fd >= 0 ? 2 : 1, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return Internal("poll failed");
    if (ready > 0 && wake_fd >= 0 && fds[1].revents != 0) return false;
    if (ready > 0 && fds[0].revents != 0 && PQconsumeInput(connection_.get()) != 1) {
      return ConnectionError(PQerrorMessage(connection_.get()));
    }
    if (PQstatus(connection_.get()) != CONNECTION_OK)
      return ConnectionError(PQerrorMessage(connection_.get()));
  }
}

}  // namespace dialix::store
