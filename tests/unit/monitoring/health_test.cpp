#include "monitoring/health.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>

#include "base/json.h"
#include "monitoring/performance.h"

namespace dialix::monitoring {
namespace {

using std::chrono::milliseconds;

Result<std::string> Fine() { return std::string(R"({"size":3})"); }

Result<std::string> Failing() { return Fail(Error::Code::kUnavailable, "cannot connect", "secret dsn"); }

TEST(HealthChecker, IsOkWhenEveryProbeIs) {
  HealthChecker checker({{"database", true, Fine}, {"redis", false, Fine}});
  const HealthReport report = checker.Check();
  EXPECT_EQ(report.status, "ok");
  EXPECT_EQ(report.HttpStatus(), 200);
  ASSERT_EQ(report.checks.size(), 2U);
  EXPECT_TRUE(report.checks[1].ok);
}

TEST(HealthChecker, IsDownWhenACriticalProbeFailsAndSaysWhich) {
  HealthChecker checker({{"database", true, Failing}, {"redis", false, Fine}});
  const HealthReport report = checker.Check();
  EXPECT_EQ(report.status, "unavailable");
  EXPECT_EQ(report.HttpStatus(), 503);
  EXPECT_EQ(report.checks[0].error, "cannot connect");
  EXPECT_EQ(report.ToDetailedJson("1", Now()).find("secret"), std::string::npos);
}

TEST(HealthChecker, IsOnlyDegradedWhenAnOptionalProbeFails) {
  HealthChecker checker({{"database", true, Fine}, {"redis", false, Failing}});
  const HealthReport report = checker.Check();
  EXPECT_EQ(report.status, "degraded");
  EXPECT_EQ(report.HttpStatus(), 200);
}

TEST(HealthChecker, ReportsAProbeThatThrows) {
  HealthChecker checker({{"broken", true, []() -> Result<std::string> { throw std::runtime_error("bug"); }}});
  const HealthReport report = checker.Check();
  EXPECT_EQ(report.status, "unavailable");
  EXPECT_EQ(report.checks[0].error, "bug");
}

TEST(HealthChecker, AnswersInTimeWhenAProbeHangsAndStartsItOnlyOnce) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::atomic<int> started{0};
  {
    HealthChecker checker({{"database", true,
                            [&]() -> Result<std::string> {
                              ++started;
                              released.wait();
                              return Fine();
                            }}},
                          milliseconds(30), milliseconds(0));
    EXPECT_EQ(checker.Check().status, "unavailable");
    EXPECT_EQ(checker.Check().checks[0].error, "no answer within 30 ms");
    EXPECT_EQ(started, 1);
    release.set_value();
  }
  EXPECT_EQ(started, 1);
}

TEST(HealthChecker, GivesAYoungReportAgainInsteadOfProbing) {
  std::atomic<int> runs{0};
  HealthChecker checker({{"database", true,
                          [&]() -> Result<std::string> {
                            ++runs;
                            return Fine();
                          }}},
                        milliseconds(1000), std::chrono::hours(1));
  (void)checker.Check();
  (void)checker.Check();
  EXPECT_EQ(runs, 1);
}

TEST(HealthReport, IsJsonWithEachCheckUnderItsName) {
  const HealthReport report{
      "unavailable",
      {{"database", true, false, 12.5, "away", {}}, {"redis", false, true, 1, {}, R"({"size":3})"}}};
  const auto brief = JsonDocument::Parse(report.ToJson());
  ASSERT_TRUE(brief.ok());
  EXPECT_EQ((*brief)["status"].StringOr(""), "unavailable");
  EXPECT_FALSE((*brief)["version"].Exists());  // anybody may ask
  const JsonView database = (*brief)["checks"]["database"];
  EXPECT_EQ(database["status"].StringOr(""), "failed");
  EXPECT_DOUBLE_EQ(database["latency_ms"].NumberOr(0), 12.5);
  EXPECT_EQ(database["error"].StringOr(""), "away");
  EXPECT_FALSE((*brief)["checks"]["redis"]["error"].Exists());
  EXPECT_FALSE((*brief)["checks"]["redis"]["details"].Exists());

  const auto detailed = JsonDocument::Parse(report.ToDetailedJson("0.1.0", Now() - std::chrono::seconds(5)));
  ASSERT_TRUE(detailed.ok());
  EXPECT_EQ((*detailed)["version"].StringOr(""), "0.1.0");
  EXPECT_EQ((*detailed)["checks"]["redis"]["details"]["size"].IntOr(0), 3);
  EXPECT_GE((*detailed)["uptime_ms"].IntOr(0), 5000);
}

}  // namespace
}  // namespace dialix::monitoring
