// One thread's slot on the scoreboard: what it does, since when, for which request. Lives in shared memory.
// Written by its own thread alone, read by the master at any time. Only lock-free atomics under a version
// counter (a seqlock): a writer killed half-way leaves an odd version, which readers report as unknown text,
// never wait for. The stage and the start time share one word, so the watchdog always sees a true pair.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace dialix::monitoring {

enum class Stage : std::uint8_t {
  kOff,         // no thread here
  kIdle,        // waiting on its kept connection for a next request
  kAccepting,   // waiting for a connection
  kReading,     // reading the request's head or body
  kProcessing,  // in the handler
  kWriting,     // writing the response
};
[[nodiscard]] std::string_view StageName(Stage stage);
[[nodiscard]] constexpr bool IsBusy(Stage stage) { return stage >= Stage::kReading; }

class Slot {
 public:
  // A copy of a slot. `busy_since` is when the request began; the stage's own start while not busy.
  struct View {
    Stage stage = Stage::kOff;
    std::chrono::steady_clock::time_point since{};
    std::uint64_t requests = 0;
    std::string request_id;  // first 40 characters
    std::string route;       // first 64 characters
  };

  // Owner: moves to a stage. Going from not busy to busy starts the request's clock and counts it.
  void Enter(Stage stage) noexcept;
  void SetRequestId(std::string_view id) noexcept;
  void SetRoute(std::string_view route) noexcept;
  // Master only, before the thread exists or after its process ended.
  void Clear() noexcept;

  [[nodiscard]] View Read() const;
  [[nodiscard]] Stage CurrentStage() const noexcept;
  [[nodiscard]] std::uint64_t Requests() const noexcept { return requests_.load(std::memory_order_relaxed); }
  // How long the current request has been going on; zero when not busy.
  [[nodiscard]] std::chrono::milliseconds BusyFor(std::chrono::steady_clock::time_point now) const noexcept;

 private:
  template <std::size_t N>
  using Text = std::array<std::atomic<std::uint64_t>, N / 8>;
  template <std::size_t N>
  void Store(Text<N>& into, std::string_view text) noexcept;
  template <std::size_t N>
  static std::string Load(const Text<N>& from);

  std::atomic<std::uint64_t> state_{0};  // stage in the top byte, start in ms of the monotonic clock below
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> version_{0};
  Text<40> request_id_{};
  Text<64> route_{};
};

}  // namespace dialix::monitoring
