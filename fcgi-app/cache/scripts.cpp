#include "cache/scripts.h"

#include <openssl/evp.h>

#include <array>
#include <cstring>

#include "base/text.h"

namespace dialix::cache {
namespace {

Script Make(const char* source) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(source, std::strlen(source), digest.data(), &length, EVP_sha1(), nullptr);
  return {source, ToHex({reinterpret_cast<const char*>(digest.data()), length})};
}

// What stands at a version key: a number, or nil for nothing and for what is no number.
#define VERSION_AT                                              \
  "local function version_at(key)\n"                            \
  "  local have = redis.pcall('GET', key)\n"                    \
  "  if type(have) ~= 'string' then return nil end\n"           \
  "  return tonumber(have)\n"                                   \
  "end\n"                                                       \
  "local function raise(key, version, ttl)\n"                   \
  "  local have = version_at(key)\n"                            \
  "  if have and have >= tonumber(version) then return end\n"   \
  "  local set = redis.pcall('SET', key, version, 'EX', ttl)\n" \
  "  if set.err then redis.call('DEL', key) end\n"              \
  "end\n"

constexpr const char* kRaise = VERSION_AT
    "for i, key in ipairs(KEYS) do raise(key, ARGV[i], ARGV[#KEYS + 1]) end\n"
    "return 1\n";

constexpr const char* kStore = VERSION_AT
    "if redis.pcall('GET', KEYS[2]) ~= ARGV[1] then return 0 end\n"
    "redis.call('DEL', KEYS[2])\n"
    "for i = 3, #KEYS do\n"
    "  local have = version_at(KEYS[i])\n"
    "  if have and have > tonumber(ARGV[i + 2]) then return -1 end\n"
    "end\n"
    "for i = 3, #KEYS do raise(KEYS[i], ARGV[i + 2], ARGV[4]) end\n"
    "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])\n"
    "return 1\n";

constexpr const char* kRelease =
    "if redis.pcall('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end\n"
    "return 1\n";

}  // namespace

const Script& RaiseScript() {
  static const Script script = Make(kRaise);
  return script;
}

const Script& StoreScript() {
  static const Script script = Make(kStore);
  return script;
}

const Script& ReleaseScript() {
  static const Script script = Make(kRelease);
  return script;
}

}  // namespace dialix::cache
