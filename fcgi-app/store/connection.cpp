#include "store/connection.h"

#include <poll.h>

#include <cerrno>
#include <optional>

#include "store/sql_error.h"

namespace dialix::store {
namespace {

constexpr Statement kSetScope{
    "set_scope",
    "SELECT set_config('app.company_ids', $1, true), set_config('app.platform', $2, true), "
    "set_config('transaction_read_only', $3, true)"};
constexpr Statement kCommitChanges{"changes_commit", "SELECT changes_commit()"};

}  // namespace

Connection::Connection(PGconn* connection) : connection_(connection) {}

Result<std::unique_ptr<Connection>> Connection::Open(const Options& options) {
  const std::string timeout = std::to_string(options.connect_timeout_s);
  const std::string settings = "-c statement_timeout=" + std::to_string(options.statement_timeout_ms) +
                               " -c idle_in_transaction_session_timeout=60000 -c TimeZone=UTC";
  const char* keys[] = {"dbname",           "connect_timeout", "options",
                        "application_name", "client_encoding", nullptr};
  const char* values[] = {options.url.c_str(),
                          timeout.c_str(),
                          settings.c_str(),
                          options.application_name.c_str(),
                          "UTF8",
                          nullptr};
  std::unique_ptr<Connection> connection(new Connection(PQconnectdbParams(keys, values, 1)));
  if (PQstatus(connection->connection_.get()) != CONNECTION_OK) {
    return ConnectionError(PQerrorMessage(connection->connection_.get()));
  }
  PQsetNoticeProcessor(
      connection->connection_.get(), [](void*, const char*) {}, nullptr);
  return connection;
}

bool Connection::IsBroken() const {
  return PQstatus(connection_.get()) != CONNECTION_OK ||
         PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF;
}

bool Connection::LooksAlive() {
  if (IsBroken()) return false;
  pollfd readable{PQsocket(connection_.get()), POLLIN, 0};
  if (poll(&readable, 1, 0) <= 0) return true;
  // Something came while it was idle: a notice is harmless, the end of the stream is not.
  return PQconsumeInput(connection_.get()) == 1 && PQstatus(connection_.get()) == CONNECTION_OK;
}

bool Connection::SendOne(const Statement& statement, const std::vector<Param>& params,
                         std::vector<Sent>& sent) {
  std::vector<const char*> values;
  values.reserve(params.size());
  for (const Param& param : params) values.push_back(param.text ? param.text->c_str() : nullptr);
  if (*statement.name == '\0') {
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

bool Connection::Send(const Scope& scope, const Batch& batch, std::vector<Sent>& sent) {
  if (PQenterPipelineMode(connection_.get()) != 1) return false;
  const bool reads = batch.mode() == Batch::Mode::kReadOnly;
  if (!SendOne(kSetScope, {scope.company_ids, scope.platform ? "on" : "off", reads ? "on" : "off"}, sent))
    return false;
  for (const Batch::Item& item : batch.items()) {
    if (!SendOne(*item.statement, item.params, sent)) return false;
  }
  if (!reads && !SendOne(kCommitChanges, {}, sent)) return false;
  return PQpipelineSync(connection_.get()) == 1;
}

Result<std::vector<Rows>> Connection::Collect(const std::vector<Sent>& sent) {
  std::vector<Rows> rows;
  std::optional<Error> error;
  for (const Sent& item : sent) {
    ResultPtr result(PQgetResult(connection_.get()));
    if (!result) {
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
  if (!sync || PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC) {
    return ConnectionError(PQerrorMessage(connection_.get()));
  }
  if (PQexitPipelineMode(connection_.get()) != 1) return ConnectionError(PQerrorMessage(connection_.get()));
  if (error) return std::move(*error);
  rows.erase(rows.begin());  // the scope's own row
  return rows;
}

Result<std::vector<Rows>> Connection::Run(const Scope& scope, const Batch& batch, std::string* changes) {
  std::vector<Sent> sent;
  if (!Send(scope, batch, sent)) return ConnectionError(PQerrorMessage(connection_.get()));
  ++round_trips_;
  DIALIX_TRY(auto rows, Collect(sent));
  if (batch.mode() == Batch::Mode::kReadOnly) return rows;
  if (changes != nullptr) *changes = rows.back().String(0, 0);
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

Result<bool> Connection::WaitForNotification(std::chrono::milliseconds timeout, int wake_fd) {
  const auto until = Clock::now() + timeout;
  for (;;) {
    if (PGnotify* note = PQnotifies(connection_.get()); note != nullptr) {
      while (note != nullptr) {
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
