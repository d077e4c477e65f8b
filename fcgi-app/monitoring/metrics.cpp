#include "monitoring/metrics.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <new>
#include <stdexcept>
#include <system_error>

namespace dialix::monitoring {
namespace {

constexpr std::array<std::int64_t, 15> kBucketsMs = {1,   2,    5,    10,   25,    50,    100,  250,
                                                     500, 1000, 2500, 5000, 10000, 30000, 60000};
constexpr std::size_t kHistogramCells = kBucketsMs.size() + 2;  // + the +Inf bucket, + the sum

bool IsMetricName(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

void AppendEscaped(std::string& out, std::string_view text, bool quote) {
  for (char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quote)
      out += "\\\"";
    else
      out += c;
  }
}

// `extra` is a label pair that is already text: le="0.005".
std::string FormatLabels(const Labels& labels, std::string_view extra = {}) {
  if (labels.empty() && extra.empty()) return {};
  std::string out = "{";
  for (const auto& [name, value] : labels) {
    if (out.size() > 1) out += ',';
    out += name;
    out += "=\"";
    AppendEscaped(out, value, true);
    out += '"';
  }
  if (!extra.empty()) {
    if (out.size() > 1) out += ',';
    out += extra;
  }
  return out + '}';
}

std::string FormatNumber(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[40];
  const int length = std::snprintf(text, sizeof text, "%.10g", value);
  return {text, static_cast<std::size_t>(length)};
}

void AppendHead(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
  out += "# HELP ";
  out += name;
  out += ' ';
  AppendEscaped(out, help, false);
  out += "\n# TYPE ";
  out += name;
  out += ' ';
  out += type;
  out += '\n';
}

void AppendSample(std::string& out, std::string_view name, const std::string& labels,
                  const std::string& value) {
  out += name;
  out += labels;
  out += ' ';
  out += value;
  out += '\n';
}

void AppendHistogram(std::string& out, const std::string& name, const Labels& labels,
                     const std::atomic<std::uint64_t>* cells) {
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i <= kBucketsMs.size(); ++i) {
    cumulative += cells[i].load(std::memory_order_relaxed);
    const std::string bound = i < kBucketsMs.size()
                                  ? FormatNumber(static_cast<double>(kBucketsMs[i]) / 1000.0)
                                  : std::string("+Inf");
    AppendSample(out, name + "_bucket", FormatLabels(labels, "le=\"" + bound + "\""),
                 std::to_string(cumulative));
  }
  const auto sum_us = cells[kBucketsMs.size() + 1].load(std::memory_order_relaxed);
  AppendSample(out, name + "_sum", FormatLabels(labels), FormatNumber(static_cast<double>(sum_us) / 1e6));
  AppendSample(out, name + "_count", FormatLabels(labels), std::to_string(cumulative));
}

}  // namespace

struct MetricsCollector::Region {
  explicit Region(std::size_t cells) : size(cells) {
    void* memory = ::mmap(nullptr, cells * 8, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
      throw std::system_error(errno, std::generic_category(), "mmap of the metrics region");
    base = static_cast<std::uint64_t*>(memory);
  }
  ~Region() { ::munmap(base, size * 8); }
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  std::uint64_t* base = nullptr;
  std::size_t size = 0;
  std::size_t used = 0;
};

// A family and its samples, each with the cells it counts in. Process-private: the same in every process,
// because it was copied by fork.
struct MetricsCollector::Family {
  struct Sample {
    Labels labels;
    void* cells = nullptr;
  };
  std::string name;
  std::string help;
  Kind kind = Kind::kCounter;
  std::vector<Sample> samples;
};

namespace {
template <typename T>
std::atomic<T>* MakeCells(void* memory, std::size_t count) {
  auto* cells = static_cast<std::atomic<T>*>(memory);
  for (std::size_t i = 0; i < count; ++i) new (cells + i) std::atomic<T>(0);
  return cells;
}
template <typename T>
std::atomic<T>* Cells(void* memory) {
  return static_cast<std::atomic<T>*>(memory);
}
}  // namespace

void Gauge::Add(std::int64_t n) const noexcept {
  if (cells_ != nullptr) cells_[*process_].fetch_add(n, std::memory_order_relaxed);
}

void Gauge::Set(std::int64_t value) const noexcept {
  if (cells_ != nullptr) cells_[*process_].store(value, std::memory_order_relaxed);
}

std::int64_t Gauge::Value() const noexcept {
  std::int64_t sum = 0;
  if (cells_ == nullptr) return 0;
  for (std::size_t i = 0; i < MetricsCollector::kMaxProcesses; ++i)
    sum += cells_[i].load(std::memory_order_relaxed);
  return sum;
}

void Histogram::Observe(std::chrono::nanoseconds duration) const noexcept {
  if (cells_ == nullptr) return;
  const auto us =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
  const auto bucket =
      std::find_if(kBucketsMs.begin(), kBucketsMs.end(), [us](auto ms) { return us <= ms * 1000; });
  cells_[bucket - kBucketsMs.begin()].fetch_add(1, std::memory_order_relaxed);
  cells_[kBucketsMs.size() + 1].fetch_add(static_cast<std::uint64_t>(us), std::memory_order_relaxed);
}

std::uint64_t Histogram::Count() const noexcept {
  std::uint64_t count = 0;
  for (std::size_t i = 0; cells_ != nullptr && i <= kBucketsMs.size(); ++i) {
    count += cells_[i].load(std::memory_order_relaxed);
  }
  return count;
}

MetricsCollector::MetricsCollector(std::size_t cells) : region_(std::make_unique<Region>(cells)) {}
MetricsCollector::~MetricsCollector() = default;

void* MetricsCollector::Allocate(std::size_t cells) {
  if (region_->used + cells > region_->size) throw std::length_error("the metrics region is full");
  void* memory = region_->base + region_->used;
  region_->used += cells;
  return memory;
}

void MetricsCollector::Register(Kind kind, std::string_view name, std::string_view help, Labels labels,
                                void* cells) {
  if (!IsMetricName(name)) throw std::logic_error("not a metric name: " + std::string(name));
  for (const auto& label : labels) {
    if (!IsMetricName(label.first)) throw std::logic_error("not a label name: " + label.first);
  }
  auto family =
      std::find_if(families_.begin(), families_.end(), [&](const Family& f) { return f.name == name; });
  if (family == families_.end()) {
    families_.push_back({std::string(name), std::string(help), kind, {}});
    family = families_.end() - 1;
  }
  if (family->kind != kind) throw std::logic_error("metric of two types: " + family->name);
  for (const auto& sample : family->samples) {
    if (sample.labels == labels) throw std::logic_error("metric registered twice: " + family->name);
  }
  family->samples.push_back({std::move(labels), cells});
}

Counter MetricsCollector::AddCounter(std::string_view name, std::string_view help, Labels labels) {
  auto* cell = MakeCells<std::uint64_t>(Allocate(1), 1);
  Register(Kind::kCounter, name, help, std::move(labels), cell);
  return Counter(cell);
}

Gauge MetricsCollector::AddGauge(std::string_view name, std::string_view help, Labels labels) {
  auto* cells = MakeCells<std::int64_t>(Allocate(kMaxProcesses), kMaxProcesses);
  Register(Kind::kGauge, name, help, std::move(labels), cells);
  return Gauge(cells, &process_);
}

Histogram MetricsCollector::AddHistogram(std::string_view name, std::string_view help, Labels labels) {
  auto* cells = MakeCells<std::uint64_t>(Allocate(kHistogramCells), kHistogramCells);
  Register(Kind::kHistogram, name, help, std::move(labels), cells);
  return Histogram(cells);
}

void MetricsCollector::ClearProcess(std::size_t process) noexcept {
  for (const Family& family : families_) {
    if (family.kind != Kind::kGauge) continue;
    for (const auto& sample : family.samples) {
      Cells<std::int64_t>(sample.cells)[process].store(0, std::memory_order_relaxed);
    }
  }
}

std::string MetricsCollector::Render(const std::vector<ProbedFamily>& probed) const {
  std::string out;
  for (const Family& family : families_) {
    AppendHead(out, family.name, family.help,
               family.kind == Kind::kCounter ? "counter"
               : family.kind == Kind::kGauge ? "gauge"
                                             : "histogram");
    for (const auto& sample : family.samples) {
      switch (family.kind) {
        case Kind::kCounter:
          AppendSample(out, family.name, FormatLabels(sample.labels),
                       std::to_string(Counter(Cells<std::uint64_t>(sample.cells)).Value()));
          break;
        case Kind::kGauge:
          AppendSample(out, family.name, FormatLabels(sample.labels),
                       std::to_string(Gauge(Cells<std::int64_t>(sample.cells), &process_).Value()));
          break;
        case Kind::kHistogram:
          AppendHistogram(out, family.name, sample.labels, Cells<std::uint64_t>(sample.cells));
          break;
      }
    }
  }
  for (const ProbedFamily& family : probed) {
    AppendHead(out, family.name, family.help, family.type);
    for (const auto& [labels, value] : family.samples) {
      AppendSample(out, family.name, FormatLabels(labels), FormatNumber(value));
    }
  }
  return out;
}

void MetricsCollector::Reset() noexcept {
  for (const Family& family : families_) {
    if (family.kind == Kind::kGauge) continue;
    const std::size_t cells = family.kind == Kind::kHistogram ? kHistogramCells : 1;
    for (const auto& sample : family.samples) {
      for (std::size_t i = 0; i < cells; ++i)
        Cells<std::uint64_t>(sample.cells)[i].store(0, std::memory_order_relaxed);
    }
  }
}

}  // namespace dialix::monitoring
