#include "process/scoreboard.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

namespace dialix::process {

using monitoring::Slot;

Scoreboard::Scoreboard(std::size_t rows, std::size_t threads) : rows_(rows), threads_(threads) {
  void* memory = ::mmap(nullptr, rows * threads * sizeof(Slot), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap of the scoreboard");
  slots_ = static_cast<Slot*>(memory);
  for (std::size_t i = 0; i < rows * threads; ++i) new (slots_ + i) Slot();
}

Scoreboard::~Scoreboard() { ::munmap(slots_, rows_ * threads_ * sizeof(Slot)); }

Slot& Scoreboard::At(std::size_t row, std::size_t thread) const { return slots_[row * threads_ + thread]; }

void Scoreboard::ClearRow(std::size_t row) const noexcept {
  for (std::size_t thread = 0; thread < threads_; ++thread) At(row, thread).Clear();
}

std::uint64_t Scoreboard::Requests(std::size_t row) const {
  std::uint64_t sum = 0;
  for (std::size_t thread = 0; thread < threads_; ++thread) sum += At(row, thread).Requests();
  return sum;
}

std::chrono::milliseconds Scoreboard::LongestBusy(std::size_t row,
                                                  std::chrono::steady_clock::time_point now) const {
  std::chrono::milliseconds longest{0};
  for (std::size_t thread = 0; thread < threads_; ++thread)
    longest = std::max(longest, At(row, thread).BusyFor(now));
  return longest;
}

std::array<std::int64_t, 6> Scoreboard::CountStages(std::size_t row) const {
  std::array<std::int64_t, 6> counts{};
  for (std::size_t thread = 0; thread < threads_; ++thread) {
    ++counts[static_cast<std::size_t>(At(row, thread).CurrentStage())];
  }
  return counts;
}

}  // namespace dialix::process
