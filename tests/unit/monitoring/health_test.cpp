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

Status Failing() { return Fail(Error::Code::kUnavailable, "cannot connect", "secret dsn"); }

TEST(HealthChecker, IsOkWhenEveryProbeIs) {
  HealthChecker checker({{"database", true, Ok}, {"redis", false, Ok}});
  const HealthReport report = checker.Check();
  EXPECT_EQ(report.status, "ok");
  EXPECT_EQ(report.HttpStatus(), 200);
  ASSERT_EQ(report.checks.size(), 2U);
  EXPECT_TRUE(report.checks[1].ok);
}

TEST(HealthChecker, IsDownWhenACriticalProbeFailsAndSaysWhich) {
  HealthChecker checker({{"database", true, Failing}, {"redis", false, Ok}});
  const HealthReport report = checker.Check();
  EXPECT_EQ(report.status, "down");
  EXPECT_EQ(report.HttpStatus(), 503);
  EXPECT_EQ(report.checks[0].message, "cannot connect");
  EXPECT_EQ(report.ToJson().find("secret"), std::string::npos);
}

TEST(HealthChecker, IsOnlyDegradedWhenAnOptionalProbeFails) {
  HealthChecker checker({{"database", true, Ok}, {"redis", false, Failing}});
  const HealthReport report = checker.Check();
  EXPECT_EQ(report.status, "degraded");
  EXPECT_EQ(report.HttpStatus(), 200);
}

TEST(HealthChecker, ReportsAProbeThatThrows) {
  HealthChecker checker({{"broken", true, []() -> Status { throw std::runtime_error("bug"); }}});
  const HealthReport report = checker.Check();
  EXPECT_EQ(report.status, "down");
  EXPECT_EQ(report.checks[0].message, "bug");
}

TEST(HealthChecker, AnswersInTimeWhenAProbeHangsAndStartsItOnlyOnce) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::atomic<int> started{0};
  {
    HealthChecker checker({{"database", true,
                            [&]() -> Status {
                              ++started;
                              released.wait();
                              return Ok();
                            }}},
                          milliseconds(30), milliseconds(0));
    EXPECT_EQ(checker.Check().status, "down");
    EXPECT_EQ(checker.Check().checks[0].message, "no answer within 30 ms");
    EXPECT_EQ(started, 1);
    release.set_value();
  }
  EXPECT_EQ(started, 1);
}

TEST(HealthChecker, GivesAYoungReportAgainInsteadOfProbing) {
  std::atomic<int> runs{0};
  HealthChecker checker({{"database", true,
                          [&]() -> Status {
                            ++runs;
                            return Ok();
                          }}},
                        milliseconds(1000), std::chrono::hours(1));
  (void)checker.Check();
  (void)checker.Check();
  EXPECT_EQ(runs, 1);
}

TEST(HealthReport, IsJsonThatNamesEachCheck) {
  const HealthReport report{"down", {{"database", true, false, 12, "away"}}};
  const auto parsed = JsonDocument::Parse(report.ToJson());
  ASSERT_TRUE(parsed.ok());
  const JsonView check = (*parsed)["checks"][0];
  EXPECT_EQ(check["name"].StringOr(""), "database");
  EXPECT_EQ(check["status"].StringOr(""), "failing");
  EXPECT_EQ(check["duration_ms"].IntOr(0), 12);
  EXPECT_EQ(check["message"].StringOr(""), "away");
}

}  // namespace
}  // namespace dialix::monitoring
