#include "security/lane_queue.h"

#include <algorithm>

namespace dialix::security {
namespace {

constexpr unsigned kTurnOfTheLeast = 4;

int PlacesOf(Lane lane, int most_waiting) {
  switch (lane) {
    case Lane::kSuspect:
      return 0;
    case Lane::kStranger:
      return (most_waiting + 1) / 2;
    case Lane::kNetwork:
      return (3 * most_waiting + 3) / 4;
    case Lane::kKnown:
      break;
  }
  return most_waiting;
}

}  // namespace

bool LaneQueue::IsFull(Lane lane, int running) const {
  return running + Waiting() >= concurrency_ + PlacesOf(lane, most_waiting_);
}

void LaneQueue::Push(Lane lane, Work work) { queues_[static_cast<std::size_t>(lane)].push_back(work); }

LaneQueue::Work LaneQueue::Take() {
  const auto waits = [](const std::deque<Work>& queue) { return !queue.empty(); };
  const auto best = std::find_if(queues_.rbegin(), queues_.rend(), waits);
  if (best == queues_.rend()) return nullptr;
  std::deque<Work>& queue =
      ++taken_ % kTurnOfTheLeast == 0 ? *std::find_if(queues_.begin(), queues_.end(), waits) : *best;
  const Work work = queue.front();
  queue.pop_front();
  return work;
}

int LaneQueue::Waiting() const {
  std::size_t waiting = 0;
  for (const auto& queue : queues_) waiting += queue.size();
  return static_cast<int>(waiting);
}

}  // namespace dialix::security
