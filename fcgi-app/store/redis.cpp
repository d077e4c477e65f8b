#include "store/redis.h"

#include <hiredis/hiredis.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>

#include "store/redis_url.h"

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

RedisReply::Kind KindOf(int type) {
  switch (type) {
    case REDIS_REPLY_STRING:
      return RedisReply::Kind::kString;
    case REDIS_REPLY_STATUS:
      return RedisReply::Kind::kStatus;
    case REDIS_REPLY_INTEGER:
      return RedisReply::Kind::kInteger;
    case REDIS_REPLY_ARRAY:
      return RedisReply::Kind::kArray;
    case REDIS_REPLY_ERROR:
      return RedisReply::Kind::kError;
    default:
      return RedisReply::Kind::kNil;
  }
}

RedisReply Convert(const redisReply& reply) {
  RedisReply converted;
  converted.kind = KindOf(reply.type);
  if (reply.str != nullptr) converted.text.assign(reply.str, reply.len);
  converted.integer = reply.integer;
  converted.elements.reserve(reply.elements);
  for (std::size_t i = 0; i < reply.elements; ++i) converted.elements.push_back(Convert(*reply.element[i]));
  return converted;
}

// Errors that say "not now" of the whole Redis, and not of the command.
bool CannotServe(const RedisReply& reply) {
  return reply.kind == RedisReply::Kind::kError &&
         (reply.text.starts_with("LOADING") || reply.text.starts_with("MASTERDOWN"));
}

Error Unavailable(const std::string& why) {
  return Fail(Error::Code::kUnavailable, "The cache cannot be reached.", "redis: " + why);
}

Error NotTried(std::string_view why) {
  return Fail(Error::Code::kUnavailable, "The cache cannot be reached.", std::string(why));
}

// One command on a connection that is being set up; nothing where it is refused.
ReplyPtr Say(redisContext* context, const char* word, const std::string& argument) {
  ReplyPtr reply(
      static_cast<redisReply*>(redisCommand(context, "%s %b", word, argument.data(), argument.size())));
  if (reply && reply->type == REDIS_REPLY_ERROR) reply.reset();
  return reply;
}

std::string RunId(std::string_view server_info) {
  constexpr std::string_view kField = "run_id:";
  const auto begin = server_info.find(kField);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = server_info.substr(begin + kField.size());
  return std::string(rest.substr(0, rest.find_first_of("\r\n")));
}

}  // namespace

void RedisPipeline::Add(std::span<const std::string_view> arguments) {
  constexpr std::size_t kFew = 16;
  const char* few_values[kFew];
  std::size_t few_lengths[kFew];
  std::vector<const char*> many_values;
  std::vector<std::size_t> many_lengths;
  const char** values = few_values;
  std::size_t* lengths = few_lengths;
  if (arguments.size() > kFew) {
    many_values.resize(arguments.size());
    many_lengths.resize(arguments.size());
    values = many_values.data();
    lengths = many_lengths.data();
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    values[i] = arguments[i].data();
    lengths[i] = arguments[i].size();
  }
  redisAppendCommandArgv(context_, static_cast<int>(arguments.size()), values, lengths);
  ++size_;
}

void Redis::Closer::operator()(redisContext* context) const { redisFree(context); }

Redis::Redis(RedisOptions options) : options_(std::move(options)), pause_ms_(options_.first_pause.count()) {}
Redis::~Redis() = default;

Result<Redis::Link> Redis::Open() const {
  const RedisAddress address = ParseRedisUrl(options_.url);
  const timeval timeout = ToTimeval(options_.connect_timeout);
  Link link;
  link.context.reset(address.path.empty()
                         ? redisConnectWithTimeout(address.host.c_str(), address.port, timeout)
                         : redisConnectUnixWithTimeout(address.path.c_str(), timeout));
  redisContext* context = link.context.get();
  if (context == nullptr || context->err != 0)
    return Unavailable(context != nullptr ? context->errstr : "out of memory");
  redisSetTimeout(context, ToTimeval(options_.command_timeout));
  if (!address.password.empty() && !Say(context, "AUTH", address.password)) return Unavailable("AUTH failed");
  if (!address.database.empty() && !Say(context, "SELECT", address.database))
    return Unavailable("SELECT failed");
  const ReplyPtr server = Say(context, "INFO", "server");
  if (server && server->str != nullptr) link.run_id = RunId({server->str, server->len});
  if (link.run_id.empty()) return Unavailable("INFO server gave no run_id");
  return link;
}

Result<Redis::Link> Redis::Take(bool fresh) {
  {
    const std::lock_guard lock(mutex_);
    if (fresh) idle_.clear();  // they share the fate of the one that was dead
    if (!idle_.empty()) {
      Link link = std::move(idle_.back());
      idle_.pop_back();
      link.reused = true;
      return link;
    }
  }
  return Open();
}

void Redis::GiveBack(Link link) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < options_.idle_connections) idle_.push_back(std::move(link));
}

Redis::Entry Redis::Enter() {
  if (!open_.load(std::memory_order_acquire)) return Entry::kFree;
  if (SteadyMs() < retry_at_ms_.load(std::memory_order_relaxed)) return Entry::kRefused;
  bool free = false;
  return probing_.compare_exchange_strong(free, true) ? Entry::kProbe : Entry::kRefused;
}

// Only the failure that opens the circuit and those of probes count: the others were under way already.
void Redis::NoteFailure(Entry entry) {
  const std::lock_guard lock(mutex_);
  idle_.clear();
  if (entry == Entry::kFree && open_.load()) return;
  const std::int64_t pause = pause_ms_.load();
  retry_at_ms_ = SteadyMs() + pause;
  pause_ms_ = std::min<std::int64_t>(pause * 2, options_.longest_pause.count());
  open_ = true;
  if (entry == Entry::kProbe) probing_ = false;
}

void Redis::NoteSuccess(Entry entry) {
  if (entry != Entry::kProbe) return;
  pause_ms_ = options_.first_pause.count();
  open_ = false;
  probing_ = false;
}

Result<std::vector<RedisReply>> Redis::RunOn(Link& link, const Build& build, bool* died_idle) {
  redisContext* context = link.context.get();
  RedisPipeline pipeline(context);
  build(link.run_id, pipeline);
  std::vector<RedisReply> replies;
  replies.reserve(pipeline.size());
  for (std::size_t i = 0; i < pipeline.size(); ++i) {
    void* raw = nullptr;
    if (redisGetReply(context, &raw) != REDIS_OK) {
      const bool timed_out = context->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK);
      *died_idle = link.reused && i == 0 && !timed_out;
      return Unavailable(context->errstr);
    }
    const ReplyPtr reply(static_cast<redisReply*>(raw));
    replies.push_back(Convert(*reply));
    if (CannotServe(replies.back())) return Unavailable(replies.back().text);
  }
  return replies;
}

Result<std::vector<RedisReply>> Redis::Run(const Build& build) {
  if (!IsConfigured()) return NotTried(kNoRedis);
  const Entry entry = Enter();
  if (entry == Entry::kRefused) return NotTried(kCircuitOpen);
  try {
    return RunEntered(entry, build);
  } catch (...) {  // out of memory: a probe must not stay under way for ever
    NoteFailure(entry);
    throw;
  }
}

Result<std::vector<RedisReply>> Redis::RunEntered(Entry entry, const Build& build) {
  for (bool fresh = false;; fresh = true) {
    auto link = Take(fresh);
    bool died_idle = false;
    auto replies =
        link ? RunOn(*link, build, &died_idle) : Result<std::vector<RedisReply>>(std::move(link).error());
    if (replies) {
      GiveBack(std::move(*link));
      NoteSuccess(entry);
      return replies;
    }
    if (died_idle && !fresh) continue;
    NoteFailure(entry);
    return replies;
  }
}

Result<RedisReply> Redis::Command(const std::vector<std::string_view>& arguments) {
  DIALIX_TRY(auto replies, Run([&](std::string_view, RedisPipeline& pipeline) { pipeline.Add(arguments); }));
  if (replies.front().kind == RedisReply::Kind::kError)
    return Internal("redis said: " + replies.front().text);
  return std::move(replies.front());
}

}  // namespace dialix::store
