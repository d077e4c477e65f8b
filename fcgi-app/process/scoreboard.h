// The scoreboard: one row per worker process, one Slot per thread, in an anonymous MAP_SHARED region made by
// the master before it forks. A slot is written by its thread alone and read by the master; see
// monitoring/slot.h.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "monitoring/slot.h"

namespace dialix::process {

class Scoreboard {
 public:
  // Throws std::system_error when the kernel has no memory.
  Scoreboard(std::size_t rows, std::size_t threads);
  ~Scoreboard();
  Scoreboard(const Scoreboard&) = delete;
  Scoreboard& operator=(const Scoreboard&) = delete;

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t threads() const { return threads_; }
  // REQUIRES: row < rows(), thread < threads().
  [[nodiscard]] monitoring::Slot& At(std::size_t row, std::size_t thread) const;

  void ClearRow(std::size_t row) const noexcept;
  [[nodiscard]] std::uint64_t Requests(std::size_t row) const;
  // The longest time any thread of the row has been at its current request.
  [[nodiscard]] std::chrono::milliseconds LongestBusy(std::size_t row,
                                                      std::chrono::steady_clock::time_point now) const;
  // Threads of the row in each Stage.
  [[nodiscard]] std::array<std::int64_t, 6> CountStages(std::size_t row) const;

 private:
  std::size_t rows_;
  std::size_t threads_;
  monitoring::Slot* slots_ = nullptr;
};

}  // namespace dialix::process
