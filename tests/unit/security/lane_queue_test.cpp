#include "security/lane_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dialix::security {
namespace {

constexpr Lane kLanes[] = {Lane::kSuspect, Lane::kStranger, Lane::kNetwork, Lane::kKnown};

// Pushes as many of the lane as find a place while one is computed; how many those were.
int Fill(LaneQueue& queue, Lane lane) {
  static const std::function<void()> work = [] {};
  int pushed = 0;
  for (; !queue.IsFull(lane, 1); ++pushed) queue.Push(lane, &work);
  return pushed;
}

TEST(LaneQueue, LetsStrangersIntoHalfOfThePlacesAndWhoIsKnownIntoAll) {
  LaneQueue queue(1, 8);
  EXPECT_EQ(Fill(queue, Lane::kSuspect), 0);
  EXPECT_EQ(Fill(queue, Lane::kStranger), 4);
  EXPECT_EQ(Fill(queue, Lane::kNetwork), 2);
  EXPECT_EQ(Fill(queue, Lane::kKnown), 2);
  EXPECT_EQ(queue.Waiting(), 8);
  for (const Lane lane : kLanes) EXPECT_TRUE(queue.IsFull(lane, 1));
}

TEST(LaneQueue, NeverHoldsMoreThanItsPlacesWhoeverComesFirst) {
  for (const Lane first : kLanes) {
    LaneQueue queue(2, 8);
    for (const Lane lane : {first, Lane::kKnown, Lane::kNetwork, Lane::kStranger, Lane::kSuspect}) {
      (void)Fill(queue, lane);
    }
    EXPECT_EQ(queue.Waiting(), 9);  // and the one that is computed: concurrency + most_waiting
  }
}

TEST(LaneQueue, LetsASuspectInWhereNobodyWaits) {
  LaneQueue queue(1, 8);
  EXPECT_FALSE(queue.IsFull(Lane::kSuspect, 0));
  EXPECT_TRUE(queue.IsFull(Lane::kSuspect, 1));
}

TEST(LaneQueue, HasAPlaceForAStrangerHoweverFewThereAre) {
  LaneQueue queue(1, 1);
  EXPECT_FALSE(queue.IsFull(Lane::kStranger, 1));
}

TEST(LaneQueue, GivesTheBestLaneFirstAndEveryFourthTurnToTheLeast) {
  LaneQueue queue(1, 8);
  std::vector<std::function<void()>> works(8, [] {});
  for (std::size_t i = 0; i < 4; ++i) queue.Push(Lane::kStranger, &works[i]);
  for (std::size_t i = 4; i < 8; ++i) queue.Push(Lane::kKnown, &works[i]);
  std::vector<std::size_t> order;
  while (const LaneQueue::Work work = queue.Take())
    order.push_back(static_cast<std::size_t>(work - works.data()));
  EXPECT_EQ(order, (std::vector<std::size_t>{4, 5, 6, 0, 7, 1, 2, 3}));
  EXPECT_EQ(queue.Take(), nullptr);
}

}  // namespace
}  // namespace dialix::security
