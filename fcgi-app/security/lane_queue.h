// Who waits for the computation of a password, and who comes next: the better the server knows somebody, the
// more places are open to them and the sooner it is their turn. So a flood of strangers fills its own places
// only. A plain value; PasswordHasher holds its lock around it.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <functional>

namespace dialix::security {

// How well the server knows who wants a computation; the least first. It must not depend on whether a name
// exists, or the answer would tell.
enum class Lane {
  kSuspect,   // shows a device cookie that is none: room only where nobody waits
  kStranger,  // in half of the places, one at least
  kNetwork,   // from a network where people have logged in: in three quarters
  kKnown      // a known device, or somebody who is logged in: in all
};

class LaneQueue {
 public:
  using Work = const std::function<void()>*;

  LaneQueue(int concurrency, int most_waiting) : concurrency_(concurrency), most_waiting_(most_waiting) {}

  // Whether somebody of this lane who came now, while `running` are computed, would find no place.
  [[nodiscard]] bool IsFull(Lane lane, int running) const;
  void Push(Lane lane, Work work);
  // The first of the best lane; every fourth time of the least, so nobody waits for ever. nullptr: nobody
  // waits.
  [[nodiscard]] Work Take();
  [[nodiscard]] int Waiting() const;

 private:
  int concurrency_;
  int most_waiting_;
  unsigned taken_ = 0;
  std::array<std::deque<Work>, 4> queues_;  // by Lane
};

}  // namespace dialix::security
