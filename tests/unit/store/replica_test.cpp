#include "store/replica.h"

#include <gtest/gtest.h>

namespace dialix::store {
namespace {

using namespace std::chrono_literals;
const LagMeter::Clock::time_point kStart{1h};

TEST(ParseLsn, ReadsPositionsAsPostgresqlWritesThem) {
  EXPECT_EQ(ParseLsn("0/0"), 0U);
  EXPECT_EQ(ParseLsn("16/B374D848"), 0x16B374D848U);
  EXPECT_EQ(ParseLsn("FFFFFFFF/FFFFFFFF"), 0xFFFFFFFFFFFFFFFFU);
  for (const char* wrong : {"", "/", "16", "16/", "x/1", "1/1/1", "100000000/0", "-1/0"})
    EXPECT_FALSE(ParseLsn(wrong)) << wrong;
}

TEST(LagMeter, KnowsNothingBeforeTheReplicaHasReachedANote) {
  LagMeter meter;
  EXPECT_FALSE(meter.Lag(kStart));
  meter.NotePrimary(kStart, 100);
  meter.NoteReplica(99);
  EXPECT_FALSE(meter.Lag(kStart));
}

TEST(LagMeter, IsTheAgeOfTheNewestNoteReached) {
  LagMeter meter;
  meter.NotePrimary(kStart, 100);
  meter.NotePrimary(kStart + 1s, 200);
  meter.NotePrimary(kStart + 2s, 300);
  meter.NoteReplica(250);
  EXPECT_EQ(meter.Lag(kStart + 2s), 1s);
  meter.NoteReplica(300);
  EXPECT_EQ(meter.Lag(kStart + 2s), 0s);
}

TEST(LagMeter, APausedReplicaFallsBehindAndCatchesUp) {
  LagMeter meter;
  for (int second = 0; second < 60; ++second) {
    meter.NotePrimary(kStart + std::chrono::seconds(second), 100 + static_cast<std::uint64_t>(second));
    meter.NoteReplica(105);
  }
  EXPECT_EQ(meter.Lag(kStart + 60s), 55s);
  meter.NoteReplica(159);
  EXPECT_EQ(meter.Lag(kStart + 60s), 1s);
}

TEST(LagMeter, AnIdlePrimaryMakesNobodyLag) {
  LagMeter meter;
  for (int second = 0; second < 3600; ++second) {
    meter.NotePrimary(kStart + std::chrono::seconds(second), 100);
    meter.NoteReplica(100);
  }
  EXPECT_EQ(meter.Lag(kStart + 3599s), 0s);
}

TEST(LagMeter, AReplicaCutOffFromAnIdlePrimaryIsAsGoodAsItIs) {
  LagMeter meter;
  meter.NotePrimary(kStart, 100);
  meter.NoteReplica(100);
  meter.NotePrimary(kStart + 1s, 101);  // written, and never sent
  meter.NotePrimary(kStart + 50s, 101);
  meter.NoteReplica(100);
  EXPECT_EQ(meter.Lag(kStart + 50s), 50s);
}

}  // namespace
}  // namespace dialix::store
