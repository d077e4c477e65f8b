#include "store/last_writes.h"

#include "base/clock.h"
#include "base/text.h"

namespace dialix::store {
namespace {

constexpr std::string_view kSince = "dialix:wrote:since";

std::string KeyOf(const std::string& who) { return "dialix:wrote:" + who; }

std::int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Now().time_since_epoch()).count();
}

}  // namespace

// From now on, as if Redis had just been started.
bool LastWrites::Forget() { return redis_.Command({"SET", kSince, std::to_string(NowMs())}).ok(); }

void LastWrites::Note(const std::string& who, const std::string& transaction) {
  if (!redis_.Command({"SET", KeyOf(who), transaction, "PX", std::to_string(kept_.count())}))
    missed_one_ = true;
}

LastWrites::Found LastWrites::Find(const std::string& who) {
  if (missed_one_) {
    if (!Forget()) return {};
    missed_one_ = false;
  }
  const auto reply = redis_.Command({"MGET", kSince, KeyOf(who)});
  if (!reply || reply->elements.size() != 2) return {};
  const auto since = ParseInt(reply->elements[0].text);
  if (!since) {
    (void)redis_.Command({"SET", kSince, std::to_string(NowMs()), "NX"});
    return {};
  }
  if (NowMs() - *since < kept_.count()) return {};
  return {true, reply->elements[1].text};
}

}  // namespace dialix::store
