// MetricsCollector: counters, gauges and latency histograms that all workers share.
// They live in one anonymous MAP_SHARED region, made and filled with names before fork; afterwards only
// lock-free atomics are touched, so a worker killed at any instruction can hold nothing up.
// Handles are small copyable values; a default-made handle counts nothing (tests, the analyzer).
// Exposition: Prometheus text format 0.0.4.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace dialix::monitoring {

using Labels = std::vector<std::pair<std::string, std::string>>;

static_assert(std::atomic<std::uint64_t>::is_always_lock_free &&
              std::atomic<std::int64_t>::is_always_lock_free);

// A number that only grows (until /metrics/reset).
class Counter {
 public:
  Counter() = default;
  void Add(std::uint64_t n = 1) const noexcept {
    if (cell_ != nullptr) cell_->fetch_add(n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t Value() const noexcept {
    return cell_ == nullptr ? 0 : cell_->load(std::memory_order_relaxed);
  }

 private:
  friend class MetricsCollector;
  explicit Counter(std::atomic<std::uint64_t>* cell) : cell_(cell) {}
  std::atomic<std::uint64_t>* cell_ = nullptr;
};

// A level that goes up and down. Each process has a cell of its own and a scrape adds them up, so what a
// killed worker had in use is gone when the master clears its cell (MetricsCollector::ClearProcess).
class Gauge {
 public:
  Gauge() = default;
  void Add(std::int64_t n) const noexcept;
  void Set(std::int64_t value) const noexcept;        // this process's cell
  [[nodiscard]] std::int64_t Value() const noexcept;  // the sum over processes

 private:
  friend class MetricsCollector;
  Gauge(std::atomic<std::int64_t>* cells, const std::size_t* process) : cells_(cells), process_(process) {}
  std::atomic<std::int64_t>* cells_ = nullptr;
  const std::size_t* process_ = nullptr;
};

// How long something took; buckets from 1 ms to 60 s.
class Histogram {
 public:
  Histogram() = default;
  void Observe(std::chrono::nanoseconds duration) const noexcept;
  [[nodiscard]] std::uint64_t Count() const noexcept;

 private:
  friend class MetricsCollector;
  explicit Histogram(std::atomic<std::uint64_t>* cells) : cells_(cells) {}
  std::atomic<std::uint64_t>* cells_ = nullptr;  // one per bucket, then +Inf, then the sum in microseconds
};

// A family measured at the moment of the scrape (jobs in the queue, threads by stage), handed to Render.
struct ProbedFamily {
  std::string name;
  std::string help;
  std::string type = "gauge";
  std::vector<std::pair<Labels, double>> samples;
};

class MetricsCollector {
 public:
  static constexpr std::size_t kMaxProcesses = 64;

  // `cells` 8-byte cells are the region's fixed size. Throws std::system_error when the kernel has no memory.
  explicit MetricsCollector(std::size_t cells = 64UL * 1024);
  ~MetricsCollector();
  MetricsCollector(const MetricsCollector&) = delete;
  MetricsCollector& operator=(const MetricsCollector&) = delete;

  // Registration. Call before fork only: what is registered later is seen by that process alone.
  // Samples of one family must be added with one name and one help. Throws std::length_error when the region
  // is full and std::logic_error for a bad or twice-used name and label set: both are bugs, found at start.
  Counter AddCounter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge AddGauge(std::string_view name, std::string_view help, Labels labels = {});
  Histogram AddHistogram(std::string_view name, std::string_view help, Labels labels = {});

  // Which gauge cells this process writes; 0 (the master, a test) until it is called. REQUIRES: <
  // kMaxProcesses.
  void SetProcess(std::size_t process) { process_ = process; }
  // Zeroes the gauges of a process that has ended.
  void ClearProcess(std::size_t process) noexcept;

  // Everything as Prometheus text; any process may call it, also while others count.
  [[nodiscard]] std::string Render(const std::vector<ProbedFamily>& probed = {}) const;
  // Counters and histograms back to zero; gauges stay, they are levels.
  void Reset() noexcept;

 private:
  enum class Kind { kCounter, kGauge, kHistogram };
  struct Family;
  struct Region;
  void* Allocate(std::size_t cells);
  void Register(Kind kind, std::string_view name, std::string_view help, Labels labels, void* cells);

  std::unique_ptr<Region> region_;
  std::vector<Family> families_;
  std::size_t process_ = 0;
};

}  // namespace dialix::monitoring
