#include "security/password_hasher.h"

#include <argon2.h>
#include <sys/resource.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/uuid.h"
#include "security/argon2_phc.h"

namespace dialix::security {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr int kNice = 10;  // the lowest priority is 19

Error Busy() {
  Error error = Fail(Error::Code::kUnavailable, "Many people are logging in. Try again in a moment.");
  error.slug = "busy";
  error.retry_after_s = 1;
  return error;
}

}  // namespace

PasswordParameters PasswordParameters::Of(const Config& config) {
  PasswordParameters parameters;
  parameters.memory_kib = static_cast<std::uint32_t>(config.password_memory_kib);
  parameters.iterations = static_cast<std::uint32_t>(config.password_iterations);
  parameters.lanes = static_cast<std::uint32_t>(config.password_lanes);
  parameters.concurrency = config.password_concurrency;
  parameters.most_waiting = std::clamp(config.fcgi_threads / 2, 1, config.password_waiting);
  return parameters;
}

PasswordHasher::PasswordHasher(PasswordParameters parameters, const monitoring::PasswordMetrics& metrics)
    : parameters_(parameters),
      metrics_(metrics),
      nobody_(FormatPhc({parameters.memory_kib, parameters.iterations, parameters.lanes},
                        RandomBytes(kSaltBytes), RandomBytes(kHashBytes))),
      queue_(parameters.concurrency, parameters.most_waiting) {}

PasswordHasher::~PasswordHasher() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Status PasswordHasher::Room(Lane lane) {
  const std::lock_guard lock(mutex_);
  if (!queue_.IsFull(lane, running_)) return Ok();
  metrics_.refused.Add();
  return Busy();
}

Status PasswordHasher::Do(const std::function<void()>& work, Lane lane) {
  std::unique_lock lock(mutex_);
  if (queue_.IsFull(lane, running_)) {
    metrics_.refused.Add();
    return Busy();
  }
  if (static_cast<int>(threads_.size()) < parameters_.concurrency) threads_.emplace_back([this] { Serve(); });
  queue_.Push(lane, &work);
  metrics_.waiting.Set(queue_.Waiting());
  wake_.notify_one();
  done_.wait(lock, [&] { return std::find(finished_.begin(), finished_.end(), &work) != finished_.end(); });
  finished_.erase(std::find(finished_.begin(), finished_.end(), &work));
  return Ok();
}

void PasswordHasher::Serve() {
  (void)setpriority(PRIO_PROCESS, 0, kNice);  // on Linux: this thread's; where it is forbidden, all the same
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stop_ || queue_.Waiting() > 0; });
    const LaneQueue::Work work = queue_.Take();
    if (work == nullptr) return;
    metrics_.waiting.Set(queue_.Waiting());
    ++running_;
    lock.unlock();
    (*work)();
    metrics_.computed.Add();
    lock.lock();
    --running_;
    finished_.push_back(work);
    done_.notify_all();
  }
}

Result<std::string> PasswordHasher::Hash(std::string_view password, Lane lane) {
  const std::string normal = NormalPassword(password);
  const std::string salt = RandomBytes(kSaltBytes);
  std::string phc(argon2_encodedlen(parameters_.iterations, parameters_.memory_kib, parameters_.lanes,
                                    kSaltBytes, kHashBytes, Argon2_id),
                  '\0');
  int code = ARGON2_OK;
  DIALIX_CHECK(Do(
      [&] {
        code = argon2id_hash_encoded(parameters_.iterations, parameters_.memory_kib, parameters_.lanes,
                                     normal.data(), normal.size(), salt.data(), salt.size(), kHashBytes,
                                     phc.data(), phc.size());
      },
      lane));
  if (code != ARGON2_OK) return Internal(std::string("argon2: ") + argon2_error_message(code));
  phc.resize(phc.find('\0'));
  return phc;
}

Result<bool> PasswordHasher::Verify(std::string_view password, const std::string& phc, Lane lane) {
  const std::string normal = NormalPassword(password);
  const auto costs = ReadPhc(phc);
  const bool usable = costs && costs->memory_kib <= std::max(kMostMemoryKib, parameters_.memory_kib) &&
                      costs->iterations <= std::max(kMostIterations, parameters_.iterations) &&
                      costs->lanes <= std::max(kMostLanes, parameters_.lanes);
  const std::string& checked = usable ? phc : nobody_;
  bool right = false;
  DIALIX_CHECK(
      Do([&] { right = argon2id_verify(checked.c_str(), normal.data(), normal.size()) == ARGON2_OK; }, lane));
  return usable && right;
}

bool PasswordHasher::NeedsRehash(const std::string& phc) const {
  const auto costs = ReadPhc(phc);
  return !costs || costs->memory_kib != parameters_.memory_kib ||
         costs->iterations != parameters_.iterations || costs->lanes != parameters_.lanes;
}

}  // namespace dialix::security
