#include "cache/change_publisher.h"

#include <thread>

namespace dialix::cache {

void ChangePublisher::Publish(std::string_view text) {
  if (text.empty() || !redis_.IsConfigured()) return;
  const auto changes = ParseChanges(text);
  if (changes.empty()) return;
  if (floors_ != nullptr) floors_->Raise(changes);
  const Status raised = remote_.Raise(changes);
  if (raised) return;
  counters_.cache_errors.Add();
  // PostgreSQL has told all listeners at the commit. Whoever asks after our answer must find theirs lifted.
  if (floors_ != nullptr && floors_->Trusted()) floors_->AwaitHeard(changes, options_.longest_wait);
  std::this_thread::sleep_for(options_.head_start);
}

}  // namespace dialix::cache
