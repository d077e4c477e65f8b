#include "features/ops/probes.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

#include "base/json.h"

namespace dialix::features {
namespace {

constexpr store::Statement kPing{"health_ping", "SELECT current_setting('server_version')"};
constexpr store::Statement kQueue{
    "job_stats", "SELECT queued, running, failed_last_hour, oldest_queued_s FROM job_stats()"};

// A queue older than this means that no analyzer works.
constexpr double kStaleQueueS = 900;

Result<std::string> CheckDatabase(store::Database& db) {
  DIALIX_TRY(auto rows, db.Query(store::Scope::None(), kPing, {}));
  const store::PoolStats pool = db.Stats();
  JsonWriter writer;
  writer.BeginObject().Field("server_version", rows.Text(0, 0)).Field("pool_open", pool.open);
  writer.Field("pool_in_use", pool.in_use).Field("pool_waiting", pool.waiting).EndObject();
  return writer.Take();
}

Result<std::string> CheckRedis(store::Redis& redis) {
  DIALIX_TRY(auto reply, redis.Command({"PING"}));
  if (reply.text != "PONG") return Fail(Error::Code::kUnavailable, "The cache gave a wrong answer.");
  return std::string();
}

Result<std::string> CheckStorage(const std::string& folder) {
  struct statvfs info {};
  if (statvfs(folder.c_str(), &info) != 0)
    return Fail(Error::Code::kUnavailable, "The audio store is not there.");
  if (access(folder.c_str(), W_OK) != 0)
    return Fail(Error::Code::kUnavailable, "The audio store can't be written.");
  JsonWriter writer;
  const auto block = static_cast<std::int64_t>(info.f_frsize);
  writer.BeginObject().Field("free_bytes", block * static_cast<std::int64_t>(info.f_bavail));
  writer.Field("total_bytes", block * static_cast<std::int64_t>(info.f_blocks)).EndObject();
  if (info.f_bavail == 0) return Fail(Error::Code::kUnavailable, "The audio store is full.");
  return writer.Take();
}

Result<std::string> CheckQueue(store::Database& db) {
  DIALIX_TRY(const QueueStats stats, ReadQueueStats(db));
  if (stats.oldest_queued_s > kStaleQueueS) {
    return Fail(Error::Code::kUnavailable, "Calls wait for more than 15 minutes: is an analyzer running?");
  }
  JsonWriter writer;
  writer.BeginObject().Field("queued", stats.queued).Field("running", stats.running);
  writer.Field("failed_last_hour", stats.failed_last_hour)
      .Field("oldest_queued_s", stats.oldest_queued_s)
      .EndObject();
  return writer.Take();
}

}  // namespace

Result<QueueStats> ReadQueueStats(store::Database& db, store::Cost* cost) {
  DIALIX_TRY(auto rows, db.Query(store::Scope::None(), kQueue, {}, cost));
  return QueueStats{rows.Int(0, 0), rows.Int(0, 1), rows.Int(0, 2), rows.Double(0, 3)};
}

std::vector<monitoring::HealthProbe> BasicProbes(store::Database& db, store::Redis& redis) {
  return {{"database", true, [&db] { return CheckDatabase(db); }},
          {"redis", false, [&redis] { return CheckRedis(redis); }}};
}

std::vector<monitoring::HealthProbe> DetailedProbes(const Config& config, store::Database& db,
                                                    store::Redis& redis) {
  auto probes = BasicProbes(db, redis);
  probes.push_back({"storage", true, [folder = AudioStorePath(config)] { return CheckStorage(folder); }});
  probes.push_back({"queue", false, [&db] { return CheckQueue(db); }});
  return probes;
}

}  // namespace dialix::features
