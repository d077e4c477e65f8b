#include "monitoring/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

#include "monitoring/metric_set.h"

namespace dialix::monitoring {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// Runs `body` in a forked child and waits for it to end.
template <typename F>
void InChild(F body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    body();
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
}

TEST(MetricsCollector, RendersPrometheusTextWithHelpAndTypeOncePerFamily) {
  MetricsCollector collector;
  collector.AddCounter("hits_total", "Hits.", {{"kind", "a"}}).Add(3);
  collector.AddCounter("hits_total", "Hits.", {{"kind", "b"}}).Add();
  EXPECT_EQ(collector.Render(),
            "# HELP hits_total Hits.\n# TYPE hits_total counter\nhits_total{kind=\"a\"} "
            "3\nhits_total{kind=\"b\"} 1\n");
}

TEST(MetricsCollector, EscapesLabelValuesAndHelp) {
  MetricsCollector collector;
  (void)collector.AddCounter("c_total", "a\\b\nc", {{"l", "x\"y\\z\n"}});
  const std::string text = collector.Render();
  EXPECT_THAT(text, HasSubstr("# HELP c_total a\\\\b\\nc\n"));
  EXPECT_THAT(text, HasSubstr("c_total{l=\"x\\\"y\\\\z\\n\"} 0\n"));
}

TEST(MetricsCollector, HistogramBucketsAreCumulativeAndEndInInf) {
  MetricsCollector collector;
  const Histogram h = collector.AddHistogram("t_seconds", "T.");
  h.Observe(std::chrono::microseconds(1000));  // exactly the first bound: le is inclusive
  h.Observe(milliseconds(7));
  h.Observe(std::chrono::seconds(100));
  const std::string text = collector.Render();
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"0.001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"0.01\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"60\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_sum 100.008\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_count 3\n"));
}

TEST(MetricsCollector, CountsOfForkedProcessesAreShared) {
  MetricsCollector collector;
  const Counter counter = collector.AddCounter("c_total", "C.");
  for (int i = 0; i < 3; ++i) InChild([&] { counter.Add(10); });
  EXPECT_EQ(counter.Value(), 30U);
}

TEST(MetricsCollector, AKilledWorkersGaugeIsGoneOnceItsRowIsCleared) {
  MetricsCollector collector;
  const Gauge in_use = collector.AddGauge("in_use", "Lent out.");
  in_use.Set(1);
  InChild([&] {
    collector.SetProcess(5);
    in_use.Add(7);
    ::raise(SIGKILL);
  });
  EXPECT_EQ(in_use.Value(), 8);
  collector.ClearProcess(5);
  EXPECT_EQ(in_use.Value(), 1);
}

TEST(MetricsCollector, ResetZeroesCountersAndHistogramsButKeepsLevels) {
  MetricsCollector collector;
  const Counter counter = collector.AddCounter("c_total", "C.");
  const Histogram histogram = collector.AddHistogram("h_seconds", "H.");
  const Gauge gauge = collector.AddGauge("g", "G.");
  counter.Add(5);
  histogram.Observe(milliseconds(3));
  gauge.Set(4);
  collector.Reset();
  EXPECT_EQ(counter.Value(), 0U);
  EXPECT_EQ(histogram.Count(), 0U);
  EXPECT_EQ(gauge.Value(), 4);
}

TEST(MetricsCollector, RefusesWrongRegistrationsAtStart) {
  MetricsCollector collector(80);
  (void)collector.AddCounter("c_total", "C.");
  EXPECT_THROW((void)collector.AddCounter("c_total", "C."), std::logic_error);
  EXPECT_THROW((void)collector.AddGauge("c_total", "C.", {{"a", "b"}}), std::logic_error);
  EXPECT_THROW((void)collector.AddCounter("bad-name", ""), std::logic_error);
  EXPECT_THROW((void)collector.AddGauge("second_gauge", ""), std::length_error)
      << "64 cells do not fit any more";
}

TEST(MetricsCollector, AddsProbedFamiliesAtTheScrape) {
  const MetricsCollector collector;
  const std::string text =
      collector.Render({{"jobs", "Jobs by state.", "gauge", {{{{"state", "ready"}}, 12}}}});
  EXPECT_EQ(text, "# HELP jobs Jobs by state.\n# TYPE jobs gauge\njobs{state=\"ready\"} 12\n");
}

TEST(MetricsCollector, LosesNothingUnderConcurrentCounting) {
  MetricsCollector collector;
  const Counter counter = collector.AddCounter("c_total", "C.");
  const Histogram histogram = collector.AddHistogram("h_seconds", "H.");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        counter.Add();
        histogram.Observe(milliseconds(i % 100));
        if (i % 1000 == 0) {
          EXPECT_THAT(collector.Render(), HasSubstr("c_total "));
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter.Value(), 20000U);
  EXPECT_EQ(histogram.Count(), 20000U);
}

TEST(Handles, DefaultMadeOnesCountNothingAndDoNotCrash) {
  const MetricSet none;
  none.db_errors.Add();
  none.db_pool.in_use.Add(1);
  none.db_pool.wait.Observe(milliseconds(1));
  none.http.Observe(0, 200, milliseconds(1));
  EXPECT_EQ(none.db_errors.Value(), 0U);
  EXPECT_EQ(none.db_pool.in_use.Value(), 0);
}

TEST(MetricSet, CountsRequestsByRouteMethodAndStatusClass) {
  MetricsCollector collector;
  const MetricSet metrics(collector, {{"GET", "/api/v1/records"}, {"POST", "/api/v1/records"}});
  metrics.http.Observe(0, 200, milliseconds(4));
  metrics.http.Observe(0, 404, milliseconds(4));
  metrics.http.Observe(1, 503, milliseconds(4));
  metrics.http.Observe(HttpMetrics::kUnmatched, 404, milliseconds(1));
  metrics.http.Observe(0, 0, milliseconds(1));  // nonsense statuses are counted, not fatal
  metrics.http.Observe(0, 999, milliseconds(1));
  const std::string text = collector.Render();
  EXPECT_THAT(
      text,
      HasSubstr("dialix_http_requests_total{method=\"GET\",route=\"/api/v1/records\",status=\"2xx\"} 1\n"));
  EXPECT_THAT(
      text,
      HasSubstr("dialix_http_requests_total{method=\"GET\",route=\"/api/v1/records\",status=\"4xx\"} 1\n"));
  EXPECT_THAT(
      text,
      HasSubstr("dialix_http_requests_total{method=\"POST\",route=\"/api/v1/records\",status=\"5xx\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("dialix_http_requests_total{method=\"any\",route=\"unmatched\",status=\"4xx\"} 1\n"));
  EXPECT_THAT(
      text,
      HasSubstr("dialix_http_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/records\"} 4\n"));
}

TEST(MetricSet, HoldsTheWholeApiInTheDefaultRegion) {
  MetricsCollector collector;
  std::vector<RouteLabel> routes;
  for (int i = 0; i < 200; ++i) routes.push_back({"GET", "/api/v1/thing" + std::to_string(i)});
  EXPECT_NO_THROW(MetricSet(collector, routes));
}

}  // namespace
}  // namespace dialix::monitoring
