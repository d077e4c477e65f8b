#include "monitoring/slot.h"

#include <algorithm>
#include <cstring>

namespace dialix::monitoring {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kStageShift = 56;
constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << kStageShift) - 1;

std::uint64_t Pack(Stage stage, steady_clock::time_point since) {
  const auto ms = std::chrono::duration_cast<milliseconds>(since.time_since_epoch()).count();
  return (static_cast<std::uint64_t>(stage) << kStageShift) | (static_cast<std::uint64_t>(ms) & kTimeMask);
}

Stage UnpackStage(std::uint64_t state) { return static_cast<Stage>(state >> kStageShift); }

steady_clock::time_point UnpackSince(std::uint64_t state) {
  return steady_clock::time_point(milliseconds(static_cast<std::int64_t>(state & kTimeMask)));
}

}  // namespace

std::string_view StageName(Stage stage) {
  switch (stage) {
    case Stage::kOff:
      return "off";
    case Stage::kIdle:
      return "idle";
    case Stage::kAccepting:
      return "accepting";
    case Stage::kReading:
      return "reading";
    case Stage::kProcessing:
      return "processing";
    case Stage::kWriting:
      return "writing";
  }
  return "unknown";
}

void Slot::Enter(Stage stage) noexcept {
  const std::uint64_t before = state_.load(std::memory_order_relaxed);
  const bool same_request = IsBusy(UnpackStage(before)) && IsBusy(stage);
  if (!same_request && IsBusy(stage)) requests_.fetch_add(1, std::memory_order_relaxed);
  state_.store(Pack(stage, same_request ? UnpackSince(before) : steady_clock::now()),
               std::memory_order_release);
}

template <std::size_t N>
void Slot::Store(Text<N>& into, std::string_view text) noexcept {
  char bytes[N] = {};
  if (!text.empty()) std::memcpy(bytes, text.data(), std::min(text.size(), N));
  version_.fetch_add(1, std::memory_order_acq_rel);
  for (std::size_t i = 0; i < into.size(); ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + i * 8, 8);
    into[i].store(word, std::memory_order_release);
  }
  version_.fetch_add(1, std::memory_order_release);
}

template <std::size_t N>
std::string Slot::Load(const Text<N>& from) {
  char bytes[N];
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::uint64_t word = from[i].load(std::memory_order_acquire);
    std::memcpy(bytes + i * 8, &word, 8);
  }
  return {bytes, strnlen(bytes, N)};
}

void Slot::SetRequestId(std::string_view id) noexcept { Store<40>(request_id_, id); }
void Slot::SetRoute(std::string_view route) noexcept { Store<64>(route_, route); }

void Slot::Clear() noexcept {
  state_.store(0, std::memory_order_relaxed);
  requests_.store(0, std::memory_order_relaxed);
  for (auto& word : request_id_) word.store(0, std::memory_order_relaxed);
  for (auto& word : route_) word.store(0, std::memory_order_relaxed);
  version_.store(0, std::memory_order_release);
}

Slot::View Slot::Read() const {
  View view;
  const std::uint64_t state = state_.load(std::memory_order_acquire);
  view.stage = UnpackStage(state);
  view.since = UnpackSince(state);
  view.requests = Requests();
  for (int attempt = 0; attempt < 4; ++attempt) {
    const std::uint64_t version = version_.load(std::memory_order_acquire);
    view.request_id = Load<40>(request_id_);
    view.route = Load<64>(route_);
    if (version % 2 == 0 && version_.load(std::memory_order_acquire) == version) return view;
  }
  view.request_id = view.route = "?";
  return view;
}

Stage Slot::CurrentStage() const noexcept { return UnpackStage(state_.load(std::memory_order_acquire)); }

milliseconds Slot::BusyFor(steady_clock::time_point now) const noexcept {
  const std::uint64_t state = state_.load(std::memory_order_acquire);
  if (!IsBusy(UnpackStage(state))) return milliseconds(0);
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(now - UnpackSince(state)));
}

}  // namespace dialix::monitoring
