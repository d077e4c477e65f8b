#include "monitoring/slot.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace dialix::monitoring {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Slot, StartsOffAndEmpty) {
  const Slot slot;
  const Slot::View view = slot.Read();
  EXPECT_EQ(view.stage, Stage::kOff);
  EXPECT_EQ(view.requests, 0U);
  EXPECT_EQ(view.request_id, "");
}

TEST(Slot, KeepsTheRequestsStartThroughItsStages) {
  Slot slot;
  slot.Enter(Stage::kReading);
  const auto began = slot.Read().since;
  while (steady_clock::now() < began + milliseconds(3)) std::this_thread::yield();
  slot.Enter(Stage::kProcessing);
  slot.Enter(Stage::kWriting);
  EXPECT_EQ(slot.Read().since, began);
  EXPECT_EQ(slot.BusyFor(began + milliseconds(250)), milliseconds(250));
}

TEST(Slot, IsNotBusyWhileItWaits) {
  Slot slot;
  for (Stage stage : {Stage::kOff, Stage::kIdle, Stage::kAccepting}) {
    slot.Enter(stage);
    EXPECT_EQ(slot.BusyFor(steady_clock::now() + std::chrono::hours(1)), milliseconds(0)) << StageName(stage);
  }
}

TEST(Slot, CountsARequestOnceHoweverManyStagesItHas) {
  Slot slot;
  for (int i = 0; i < 3; ++i) {
    slot.Enter(Stage::kReading);
    slot.Enter(Stage::kProcessing);
    slot.Enter(Stage::kReading);
    slot.Enter(Stage::kWriting);
    slot.Enter(Stage::kIdle);
  }
  EXPECT_EQ(slot.Requests(), 3U);
}

TEST(Slot, CutsLongTextAndClearsOldText) {
  Slot slot;
  slot.SetRequestId(std::string(100, 'a'));
  slot.SetRoute(std::string(100, 'r'));
  EXPECT_EQ(slot.Read().request_id, std::string(40, 'a'));
  EXPECT_EQ(slot.Read().route, std::string(64, 'r'));
  slot.SetRequestId("b");
  EXPECT_EQ(slot.Read().request_id, "b");
  slot.Clear();
  EXPECT_EQ(slot.Read().route, "");
}

TEST(Slot, ReadersNeverSeeHalfOfTwoTexts) {
  Slot slot;
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) slot.SetRoute(std::string(64, i % 2 == 0 ? 'x' : 'y'));
  });
  for (int i = 0; i < 20000; ++i) {
    const std::string route = slot.Read().route;
    if (route.empty() || route == "?") continue;  // not begun, or the writer was quicker four times in a row
    ASSERT_EQ(route, std::string(64, route.front()));
  }
  stop = true;
  writer.join();
}

}  // namespace
}  // namespace dialix::monitoring
