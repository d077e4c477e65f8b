// What Redis runs as one step of its own (EVAL scripts). All O(number of keys given); no KEYS, no SCAN.
// Pure values, made once.
#pragma once

#include <string>

namespace dialix::cache {

struct Script {
  const char* source;
  std::string sha1;  // what EVALSHA takes
};

// KEYS: version keys. ARGV: a version for each, then the seconds they live. Sets what is greater than what
// stands there, so replays and late comers do no harm. Where Redis has no memory for it the key is removed:
// an unknown version is a miss, an old one would be a lie.
const Script& RaiseScript();

// KEYS: value, lock, version keys. ARGV: token, envelope, ms it lives, seconds versions live, a version for
// each. Stores the value and gives the lock back; only for whoever still holds the lock (so nothing that was
// computed long ago arrives late) and only if no version in Redis is newer. 1: stored; 0: the lock is lost;
// -1: a newer version.
const Script& StoreScript();

// KEYS: lock. ARGV: token. Gives the lock back, if it is still ours.
const Script& ReleaseScript();

}  // namespace dialix::cache
