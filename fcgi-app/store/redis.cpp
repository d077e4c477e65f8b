#include "store/redis.h"

#include <hiredis/hiredis.h>
#include <sys/time.h>

#include "base/text.h"

namespace dialix::store {
namespace {

timeval ToTimeval(std::chrono::milliseconds time) {
  return {time.count() / 1000, static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

std::int64_t SteadyMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct ReplyDeleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using ReplyPtr = std::unique_ptr<redisReply, ReplyDeleter>;

RedisReply Convert(const redisReply& reply) {
  RedisReply converted;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
      converted.kind = RedisReply::Kind::kString;
      break;
    case REDIS_REPLY_STATUS:
      converted.kind = RedisReply::Kind::kStatus;
      break;
    case REDIS_REPLY_INTEGER:
      converted.kind = RedisReply::Kind::kInteger;
      break;
    case REDIS_REPLY_ARRAY:
      converted.kind = RedisReply::Kind::kArray;
      break;
    default:
      break;
  }
  if (reply.str != nullptr) converted.text.assign(reply.str, reply.len);
  converted.integer = reply.integer;
  for (std::size_t i = 0; i < reply.elements; ++i) converted.elements.push_back(Convert(*reply.element[i]));
  return converted;
}

struct Address {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string path;  // of a unix socket
  std::string password;
  std::string database;
};

Address ParseUrl(std::string_view url) {
  Address address;
  if (url.substr(0, 7) == "unix://") {
    address.path = url.substr(7);
    return address;
  }
  url.remove_prefix(std::string_view("redis://").size());
  if (const auto at = url.rfind('@'); at != std::string_view::npos) {
    const auto colon = url.find(':');
    address.password = url.substr(colon < at ? colon + 1 : 0, at - (colon < at ? colon + 1 : 0));
    url.remove_prefix(at + 1);
  }
  if (const auto slash = url.find('/'); slash != std::string_view::npos) {
    address.database = url.substr(slash + 1);
    url = url.substr(0, slash);
  }
  if (const auto colon = url.rfind(':'); colon != std::string_view::npos) {
    address.port = static_cast<int>(ParseInt(url.substr(colon + 1)).value_or(6379));
    url = url.substr(0, colon);
  }
  if (!url.empty()) address.host = url;
  return address;
}

bool Say(redisContext* context, const char* word, const std::string& argument) {
  const ReplyPtr reply(
      static_cast<redisReply*>(redisCommand(context, "%s %b", word, argument.data(), argument.size())));
  return reply && reply->type != REDIS_REPLY_ERROR;
}

}  // namespace

void Redis::Closer::operator()(redisContext* context) const { redisFree(context); }

Redis::Redis(RedisOptions options) : options_(std::move(options)) {}
Redis::~Redis() = default;

Error Redis::Broken(const std::string& why) {
  closed_until_ms_ = SteadyMs() + options_.open_circuit.count();
  const std::lock_guard lock(mutex_);
  idle_.clear();  // they share the fate of the one that failed
  return Fail(Error::Code::kUnavailable, "The cache cannot be reached.", "redis: " + why);
}

Result<Redis::ContextPtr> Redis::Open() const {
  const Address address = ParseUrl(options_.url);
  const timeval timeout = ToTimeval(options_.connect_timeout);
  ContextPtr context(address.path.empty()
                         ? redisConnectWithTimeout(address.host.c_str(), address.port, timeout)
                         : redisConnectUnixWithTimeout(address.path.c_str(), timeout));
  if (!context || context->err != 0) {
    return Fail(Error::Code::kUnavailable, "The cache cannot be reached.",
                context ? context->errstr : "out of memory");
  }
  redisSetTimeout(context.get(), ToTimeval(options_.command_timeout));
  if (!address.password.empty() && !Say(context.get(), "AUTH", address.password)) {
    return Fail(Error::Code::kUnavailable, "The cache cannot be reached.", "AUTH refused");
  }
  if (!address.database.empty() && !Say(context.get(), "SELECT", address.database)) {
    return Fail(Error::Code::kUnavailable, "The cache cannot be reached.", "SELECT refused");
  }
  return context;
}

Result<Redis::ContextPtr> Redis::Take() {
  if (!IsConfigured()) return Fail(Error::Code::kUnavailable, "There is no cache.", "REDIS_URL is not set");
  if (SteadyMs() < closed_until_ms_)
    return Fail(Error::Code::kUnavailable, "The cache cannot be reached.", "circuit open");
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      ContextPtr context = std::move(idle_.back());
      idle_.pop_back();
      return context;
    }
  }
  auto opened = Open();
  if (!opened) return Broken(opened.error().internal_detail);
  return opened;
}

void Redis::GiveBack(ContextPtr context) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < options_.idle_connections) idle_.push_back(std::move(context));
}

Result<RedisReply> Redis::Command(const std::vector<std::string_view>& arguments) {
  DIALIX_TRY(auto context, Take());
  std::vector<const char*> values;
  std::vector<std::size_t> lengths;
  for (const std::string_view argument : arguments) {
    values.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  const ReplyPtr reply(static_cast<redisReply*>(
      redisCommandArgv(context.get(), static_cast<int>(values.size()), values.data(), lengths.data())));
  if (!reply) return Broken(context->errstr);
  RedisReply converted = Convert(*reply);
  const bool refused = reply->type == REDIS_REPLY_ERROR;
  GiveBack(std::move(context));
  if (refused) return Internal("redis said: " + converted.text);
  return converted;
}

}  // namespace dialix::store
