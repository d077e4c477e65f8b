#include "process/supervisor.h"

#include <sys/wait.h>

#include <algorithm>

#include "base/config.h"

namespace dialix::process {
namespace {

bool IsLive(const Child& child) {
  return child.phase == Child::Phase::kStarting || child.phase == Child::Phase::kServing;
}

}  // namespace

std::string_view PhaseName(Child::Phase phase) {
  switch (phase) {
    case Child::Phase::kStarting:
      return "starting";
    case Child::Phase::kServing:
      return "serving";
    case Child::Phase::kDraining:
      return "draining";
    case Child::Phase::kKilled:
      return "killed";
  }
  return "unknown";
}

Supervisor::Supervisor(const SupervisorOptions& options) : options_(options), positions_(options.workers) {}

void Supervisor::Reload() {
  ++generation_;
  for (Position& position : positions_) position.goal = generation_;
}

void Supervisor::Replace(pid_t pid) {
  const Child* child = Find(pid);
  if (child == nullptr || !IsLive(*child)) return;
  Position& position = positions_[child->position];
  if (child->generation == position.goal) position.goal = ++generation_;  // else its successor is under way
}

void Supervisor::Condemn(pid_t pid) {
  Child* child = Find(pid);
  if (child != nullptr && IsLive(*child)) child->expected_to_end = true;
}

std::vector<Action> Supervisor::Plan(Time now) {
  std::vector<Action> actions;
  for (std::size_t i = 0; i < positions_.size() && !stopping_; ++i) {
    Position& position = positions_[i];
    if (position.goal != position.wanted && !InTransit()) position.wanted = position.goal;
    const Child* current = Live(i, position.wanted);
    if (current == nullptr && now >= position.not_before) {
      if (const auto row = FreeRow(actions)) {
        actions.push_back({Action::Kind::kSpawn, i, *row, position.wanted, 0});
      }
    }
    if (current == nullptr || current->phase != Child::Phase::kServing) continue;
    for (Child& child : children_) {
      if (child.position == i && child.generation < position.wanted) child.expected_to_end = true;
    }
  }
  PlanEnds(now, actions);
  return actions;
}

void Supervisor::PlanEnds(Time now, std::vector<Action>& actions) {
  for (Child& child : children_) {
    const auto age = now - child.since;
    const bool end = IsLive(child) && (stopping_ || child.expected_to_end);
    const bool overdue = (child.phase == Child::Phase::kDraining && age >= options_.drain_timeout) ||
                         (child.phase == Child::Phase::kStarting && age >= options_.start_timeout);
    if (!end && !overdue) continue;
    if (end) child.expected_to_end = true;
    child.phase = end ? Child::Phase::kDraining : Child::Phase::kKilled;
    child.since = now;
    actions.push_back({end ? Action::Kind::kTerminate : Action::Kind::kKill, 0, 0, 0, child.pid});
  }
}

void Supervisor::OnSpawned(const Action& spawn, pid_t pid, Time now) {
  children_.push_back(
      {pid, spawn.row, spawn.position, spawn.generation, Child::Phase::kStarting, now, false});
}

void Supervisor::OnSpawnFailed(const Action& spawn, Time now) { Penalise(positions_[spawn.position], now); }

void Supervisor::OnReady(pid_t pid, Time now) {
  Child* child = Find(pid);
  if (child == nullptr || child->phase != Child::Phase::kStarting) return;
  child->phase = Child::Phase::kServing;
  child->since = now;
}

Supervisor::Verdict Supervisor::OnExit(pid_t pid, int status, Time now) {
  const Child* found = Find(pid);
  if (found == nullptr) return Verdict::kExpected;
  const Child child = *found;
  std::erase_if(children_, [pid](const Child& c) { return c.pid == pid; });
  if (child.expected_to_end || stopping_) return Verdict::kExpected;

  Position& position = positions_[child.position];
  if (WIFEXITED(status) && WEXITSTATUS(status) == kExitConfig) {
    if (!HasOlderServing(child.position)) return Verdict::kConfigurationWrong;
    // The new generation cannot start: everyone stays with the newest that serves now.
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      std::optional<std::uint64_t> newest;
      for (const Child& other : children_) {
        if (other.position != i || other.phase != Child::Phase::kServing) continue;
        newest = std::max(newest.value_or(0), other.generation);
      }
      positions_[i].wanted = newest.value_or(positions_[i].wanted);
      positions_[i].goal = positions_[i].wanted;
    }
    return Verdict::kReloadRefused;
  }
  const bool was_healthy =
      child.phase == Child::Phase::kServing && now - child.since >= options_.healthy_after;
  if (was_healthy)
    position.failures = 0;
  else
    Penalise(position, now);
  return Verdict::kCrashed;
}

void Supervisor::Penalise(Position& position, Time now) {
  auto wait = options_.backoff_initial;
  for (int i = 0; i < position.failures && wait < options_.backoff_max; ++i) wait *= 2;
  ++position.failures;
  position.not_before = now + std::min(wait, options_.backoff_max);
}

bool Supervisor::Settled() const {
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    const Position& position = positions_[i];
    const Child* current = Live(i, position.wanted);
    const bool serving = current != nullptr && current->phase == Child::Phase::kServing;
    if (position.goal != position.wanted || !serving || HasOlderServing(i)) return false;
  }
  return true;
}

std::optional<Supervisor::Time> Supervisor::NextDeadline() const {
  std::optional<Time> next;
  const auto consider = [&next](Time time) { next = next ? std::min(*next, time) : time; };
  for (const Child& child : children_) {
    if (child.phase == Child::Phase::kDraining) consider(child.since + options_.drain_timeout);
    if (child.phase == Child::Phase::kStarting) consider(child.since + options_.start_timeout);
  }
  for (std::size_t i = 0; i < positions_.size() && !stopping_; ++i) {
    if (Live(i, positions_[i].wanted) == nullptr) consider(positions_[i].not_before);
  }
  return next;
}

Child* Supervisor::Find(pid_t pid) {
  const auto found =
      std::find_if(children_.begin(), children_.end(), [pid](const Child& c) { return c.pid == pid; });
  return found == children_.end() ? nullptr : &*found;
}

const Child* Supervisor::Live(std::size_t position, std::uint64_t generation) const {
  for (const Child& child : children_) {
    const bool live = IsLive(child) && !child.expected_to_end;
    if (child.position == position && child.generation == generation && live) return &child;
  }
  return nullptr;
}

bool Supervisor::HasOlderServing(std::size_t position) const {
  return std::any_of(children_.begin(), children_.end(), [&](const Child& child) {
    return child.position == position && child.phase == Child::Phase::kServing &&
           child.generation < positions_[position].wanted;
  });
}

bool Supervisor::InTransit() const {
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    if (HasOlderServing(i)) return true;
  }
  return false;
}

std::optional<std::size_t> Supervisor::FreeRow(const std::vector<Action>& planned) const {
  for (std::size_t row = 0; row < options_.rows; ++row) {
    const bool taken =
        std::any_of(children_.begin(), children_.end(), [row](const Child& c) { return c.row == row; }) ||
        std::any_of(planned.begin(), planned.end(),
                    [row](const Action& a) { return a.kind == Action::Kind::kSpawn && a.row == row; });
    if (!taken) return row;
  }
  return std::nullopt;
}

}  // namespace dialix::process
