#include "store/turnstile.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace dialix::store {
namespace {

using namespace std::chrono_literals;
using Clock = Turnstile<std::unique_ptr<int>>::Clock;

struct Door {
  std::mutex mutex;
  Turnstile<std::unique_ptr<int>> turnstile;

  void AwaitWaiting(int count) {
    for (;;) {
      {
        const std::lock_guard lock(mutex);
        if (turnstile.size() == count) return;
      }
      std::this_thread::yield();
    }
  }
  bool Hand(int value) {
    const std::lock_guard lock(mutex);
    return !turnstile.Hand(std::make_unique<int>(value));
  }
};

TEST(Turnstile, ServesThoseWhoWaitInTheOrderOfTheirComing) {
  Door door;
  std::vector<int> got(5);
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&door, &got, i] {
      std::unique_lock lock(door.mutex);
      const auto given = door.turnstile.Wait(lock, Clock::now() + 60s);
      got[static_cast<std::size_t>(i)] = **given;
    });
    door.AwaitWaiting(i + 1);
  }
  for (int value = 10; value < 15; ++value) EXPECT_TRUE(door.Hand(value));
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(got, (std::vector<int>{10, 11, 12, 13, 14}));
}

TEST(Turnstile, GivesBackWhatNobodyWaitsFor) {
  Door door;
  EXPECT_FALSE(door.Hand(1));
  EXPECT_EQ(door.turnstile.size(), 0);
}

TEST(Turnstile, OneWhoseTimeIsOverLeavesTheQueueAndIsHandedNothing) {
  Door door;
  {
    std::unique_lock lock(door.mutex);
    EXPECT_FALSE(door.turnstile.Wait(lock, Clock::now() + 1ms).has_value());
  }
  EXPECT_EQ(door.turnstile.size(), 0);
  EXPECT_FALSE(door.Hand(1));
}

TEST(Turnstile, OneThatGaveUpDoesNotCostTheNextTheirTurn) {
  Door door;
  std::thread impatient([&door] {
    std::unique_lock lock(door.mutex);
    EXPECT_FALSE(door.turnstile.Wait(lock, Clock::now() + 5ms).has_value());
  });
  impatient.join();
  std::unique_ptr<int> got;
  std::thread patient([&door, &got] {
    std::unique_lock lock(door.mutex);
    got = std::move(*door.turnstile.Wait(lock, Clock::now() + 60s));
  });
  door.AwaitWaiting(1);
  EXPECT_TRUE(door.Hand(7));
  patient.join();
  EXPECT_EQ(*got, 7);
}

}  // namespace
}  // namespace dialix::store
