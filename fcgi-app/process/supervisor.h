// Decides which workers to start and end; does neither itself. A pure value of time and events, owned by the
// master, so every rule is testable without a process.
//
// There are `workers` positions, each wants one serving child of its wanted generation. A reload raises every
// position's goal; positions follow one at a time, and an older child is told to end only when its successor
// serves.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace dialix::process {

struct SupervisorOptions {
  std::size_t workers = 1;
  std::size_t rows = 3;  // scoreboard rows: bounds the children alive at once. REQUIRES: > workers
  std::chrono::milliseconds drain_timeout{30000};
  std::chrono::milliseconds start_timeout{60000};
  std::chrono::milliseconds backoff_initial{100};
  std::chrono::milliseconds backoff_max{30000};
  std::chrono::milliseconds healthy_after{10000};
};

struct Child {
  enum class Phase { kStarting, kServing, kDraining, kKilled };  // forked; ready; sent TERM; sent KILL
  pid_t pid = 0;
  std::size_t row = 0;
  std::size_t position = 0;
  std::uint64_t generation = 0;
  Phase phase = Phase::kStarting;
  std::chrono::steady_clock::time_point since{};  // in this phase
  bool expected_to_end = false;                   // told to by us for a good reason: no back-off
};
[[nodiscard]] std::string_view PhaseName(Child::Phase phase);

struct Action {
  enum class Kind { kSpawn, kTerminate, kKill };
  Kind kind = Kind::kSpawn;
  std::size_t position = 0;      // kSpawn
  std::size_t row = 0;           // kSpawn
  std::uint64_t generation = 0;  // kSpawn
  pid_t pid = 0;                 // kTerminate, kKill
};

class Supervisor {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  enum class Verdict { kExpected, kCrashed, kReloadRefused, kConfigurationWrong };

  explicit Supervisor(const SupervisorOptions& options);

  // Replaces every worker, one position after another.
  void Reload();
  // Replaces one worker: its successor first (max_requests).
  void Replace(pid_t pid);
  // Ends one worker now; its successor starts at the same time (watchdog).
  void Condemn(pid_t pid);
  void Stop() { stopping_ = true; }

  // What to do now. kTerminate and kKill are taken as done; a kSpawn must be answered by OnSpawned or
  // OnSpawnFailed.
  [[nodiscard]] std::vector<Action> Plan(Time now);
  void OnSpawned(const Action& spawn, pid_t pid, Time now);
  void OnSpawnFailed(const Action& spawn, Time now);
  void OnReady(pid_t pid, Time now);
  // `status` as of waitpid(2). A child that ends with exit code 78 refuses a reload if its predecessor still
  // serves.
  Verdict OnExit(pid_t pid, int status, Time now);

  [[nodiscard]] const std::vector<Child>& children() const { return children_; }
  [[nodiscard]] bool stopping() const { return stopping_; }
  // Every position has its serving child of the newest generation and no older one is in its place.
  [[nodiscard]] bool Settled() const;
  // When Plan would next do something by itself.
  [[nodiscard]] std::optional<Time> NextDeadline() const;

 private:
  struct Position {
    std::uint64_t wanted = 0;  // the generation that shall serve
    std::uint64_t goal = 0;    // the one it shall get to when its turn comes
    int failures = 0;
    Time not_before{};
  };
  [[nodiscard]] Child* Find(pid_t pid);
  [[nodiscard]] const Child* Live(std::size_t position, std::uint64_t generation) const;
  [[nodiscard]] bool HasOlderServing(std::size_t position) const;
  [[nodiscard]] bool InTransit() const;
  [[nodiscard]] std::optional<std::size_t> FreeRow(const std::vector<Action>& planned) const;
  void PlanEnds(Time now, std::vector<Action>& actions);
  void Penalise(Position& position, Time now);

  SupervisorOptions options_;
  std::vector<Position> positions_;
  std::vector<Child> children_;
  std::uint64_t generation_ = 0;
  bool stopping_ = false;
};

}  // namespace dialix::process
