#include "cache/remote_cache.h"

#include <algorithm>

#include "base/text.h"
#include "cache/scripts.h"

namespace dialix::cache {
namespace {

using store::RedisPipeline;
using store::RedisReply;

constexpr std::size_t kRunIdBytes = 12;  // of 40 hex digits: enough to tell restarts apart

Error Refused(const RedisReply& reply) { return Internal("redis said: " + reply.text); }

bool IsError(const RedisReply& reply) { return reply.kind == RedisReply::Kind::kError; }

std::vector<Version> ReadVersionArray(const RedisReply& reply) {
  std::vector<Version> versions;
  versions.reserve(reply.elements.size());
  for (const RedisReply& element : reply.elements) {
    const auto number = element.kind == RedisReply::Kind::kString ? ParseInt(element.text) : std::nullopt;
    versions.push_back(number && *number >= 0 ? *number : kUnknown);
  }
  return versions;
}

}  // namespace

// One buffer for all words of a command, instead of an allocation for each.
class RemoteCache::Words {
 public:
  explicit Words(std::size_t bytes = 512) { text_.reserve(bytes); }
  Words& Add(std::string_view word) {
    text_ += word;
    return End();
  }
  Words& AddVersionKey(std::string_view run_id, std::string_view scope) {
    text_ += "dx:";
    text_ += run_id.substr(0, kRunIdBytes);
    text_ += ":v:";
    text_ += scope;
    return End();
  }
  Words& AddValueKey(std::string_view run_id, std::string_view build, std::string_view key,
                     std::string_view suffix = {}) {
    text_ += "dx:";
    text_ += run_id.substr(0, kRunIdBytes);
    text_ += ':';
    text_ += build;
    text_ += ':';
    text_ += key;
    text_ += suffix;
    return End();
  }
  Words& AddNumber(std::int64_t number) { return Add(std::to_string(number)); }
  Words& AddScript(const Script& script, bool whole, std::size_t keys) {
    Add(whole ? "EVAL" : "EVALSHA").Add(whole ? std::string_view(script.source) : script.sha1);
    return AddNumber(static_cast<std::int64_t>(keys));
  }
  void SendTo(RedisPipeline& pipeline) const {
    std::vector<std::string_view> words;
    words.reserve(ends_.size());
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      words.emplace_back(text_.data() + begin, end - begin);
      begin = end;
    }
    pipeline.Add(words);
  }

 private:
  Words& End() {
    ends_.push_back(text_.size());
    return *this;
  }
  std::string text_;
  std::vector<std::size_t> ends_;
};

RemoteCache::RemoteCache(store::Redis& redis, Options options)
    : redis_(redis),
      options_(std::move(options)),
      version_ttl_(std::to_string(options_.version_ttl.count())),
      lock_ttl_(std::to_string(options_.lock_ttl.count())) {}

// Scripts go by their digest; a Redis that does not know one (restarted, SCRIPT FLUSH) is sent the source.
Result<std::vector<RedisReply>> RemoteCache::Run(const Fill& fill) {
  for (const bool whole : {false, true}) {
    auto replies =
        redis_.Run([&](std::string_view run_id, RedisPipeline& pipeline) { fill(run_id, whole, pipeline); });
    const bool unknown_script =
        replies && std::any_of(replies->begin(), replies->end(), [](const RedisReply& reply) {
          return IsError(reply) && reply.text.starts_with("NOSCRIPT");
        });
    if (!unknown_script || whole) return replies;
  }
  return Internal("not reached");
}

void RemoteCache::AddRaise(std::string_view run_id, bool whole, std::span<const Change> changes,
                           RedisPipeline& pipeline) const {
  Words words(changes.size() * 100 + 512);
  words.AddScript(RaiseScript(), whole, changes.size());
  for (const Change& change : changes) words.AddVersionKey(run_id, change.scope);
  for (const Change& change : changes) words.AddNumber(change.version);
  words.Add(version_ttl_).SendTo(pipeline);
}

Result<std::vector<Version>> RemoteCache::ReadVersions(std::span<const std::string> scopes,
                                                       std::span<const Change> raise) {
  DIALIX_TRY(auto replies, Run([&](std::string_view run_id, bool whole, RedisPipeline& pipeline) {
               if (!raise.empty()) AddRaise(run_id, whole, raise, pipeline);
               Words words;
               words.Add("MGET");
               for (const std::string& scope : scopes) words.AddVersionKey(run_id, scope);
               words.SendTo(pipeline);
             }));
  if (IsError(replies.back())) return Refused(replies.back());
  return ReadVersionArray(replies.back());
}

Status RemoteCache::Raise(std::span<const Change> changes) {
  DIALIX_TRY(auto replies, Run([&](std::string_view run_id, bool whole, RedisPipeline& pipeline) {
               AddRaise(run_id, whole, changes, pipeline);
             }));
  if (IsError(replies.front())) return Refused(replies.front());
  return Ok();
}

Result<RemoteCache::Claim> RemoteCache::FetchOrLock(std::string_view key, std::string_view token,
                                                    std::span<const std::string> scopes) {
  DIALIX_TRY(auto replies, Run([&](std::string_view run_id, bool, RedisPipeline& pipeline) {
               // The versions before the value: the value is then at least as new as they are.
               Words versions;
               versions.Add("MGET");
               for (const std::string& scope : scopes) versions.AddVersionKey(run_id, scope);
               versions.SendTo(pipeline);
               Words get;
               get.Add("GET").AddValueKey(run_id, options_.build, key).SendTo(pipeline);
               Words lock;
               lock.Add("SET").AddValueKey(run_id, options_.build, key, "!lock").Add(token);
               lock.Add("NX").Add("PX").Add(lock_ttl_).SendTo(pipeline);
             }));
  if (IsError(replies[0])) return Refused(replies[0]);
  Claim claim;
  claim.versions = ReadVersionArray(replies[0]);
  if (replies[1].kind == RedisReply::Kind::kString) claim.value = ReadEnvelope(replies[1].text);
  claim.locked = replies[2].kind == RedisReply::Kind::kStatus;
  claim.lockable = !IsError(replies[2]);
  return claim;
}

Result<RemoteCache::Stored> RemoteCache::Store(std::string_view key, std::string_view token,
                                               std::span<const std::string> scopes, const Value& value,
                                               std::chrono::milliseconds ttl) {
  const std::string envelope = WriteEnvelope(value);
  DIALIX_TRY(
      auto replies, Run([&](std::string_view run_id, bool whole, RedisPipeline& pipeline) {
        Words words(envelope.size() + scopes.size() * 100 + 2048);
        words.AddScript(StoreScript(), whole, scopes.size() + 2);
        words.AddValueKey(run_id, options_.build, key).AddValueKey(run_id, options_.build, key, "!lock");
        for (const std::string& scope : scopes) words.AddVersionKey(run_id, scope);
        words.Add(token).Add(envelope).AddNumber(ttl.count()).Add(version_ttl_);
        for (const Version version : value.versions) words.AddNumber(version);
        words.SendTo(pipeline);
      }));
  if (IsError(replies.front())) return Refused(replies.front());
  if (replies.front().integer == 1) return Stored::kStored;
  return replies.front().integer == 0 ? Stored::kLockLost : Stored::kOutdated;
}

Status RemoteCache::Release(std::string_view key, std::string_view token) {
  DIALIX_TRY(auto replies, Run([&](std::string_view run_id, bool whole, RedisPipeline& pipeline) {
               Words words;
               words.AddScript(ReleaseScript(), whole, 1).AddValueKey(run_id, options_.build, key, "!lock");
               words.Add(token).SendTo(pipeline);
             }));
  if (IsError(replies.front())) return Refused(replies.front());
  return Ok();
}

}  // namespace dialix::cache
