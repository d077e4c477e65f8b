// What people look at just now: cached reads that were asked for more than once within the last while. When
// their data changes they come due, so that the worker reads them anew before anybody asks again. What is
// read anew again and again without anybody asking is left alone until somebody does. Thread-safe, bounded.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cache/scope.h"
#include "features/endpoint/endpoint.h"

namespace dialix::app {

// A read as it can be done again, whoever asked: all that decides its answer is in its key.
struct HotRead {
  const features::Endpoint* endpoint = nullptr;
  std::string path;
  std::string query;  // raw
  security::Principal principal;
  std::string company_id;
  store::Scope scope;
  std::vector<std::string> scopes;  // under which the answer is kept
};

class HotReads {
 public:
  using Clock = std::chrono::steady_clock;
  struct Options {
    std::chrono::seconds hot{300};          // since it was last asked for; 0: nothing is
    std::chrono::milliseconds settle{200};  // after a change: others come with it
    std::chrono::milliseconds pause{1000};  // between two of the same
    int asked = 2;                          // times, at least
    int unasked = 2;                        // times it is read anew without anybody asking between
    std::size_t most = 256;                 // what was asked for longest ago makes room
  };

  explicit HotReads(Options options) : options_(options) {}

  // Somebody asked. False: Add it.
  bool Touch(const std::string& key, Clock::time_point now = Clock::now());
  // `asked`: how often by now, as far as is known; an answer that somebody else had computed: twice.
  void Add(const std::string& key, HotRead read, int asked = 1, Clock::time_point now = Clock::now());
  // What is read under one of these scopes, and hot, comes due.
  void Changed(std::span<const cache::Change> changes, Clock::time_point now = Clock::now());

  // What is due, if anything is.
  [[nodiscard]] std::shared_ptr<const HotRead> Take(Clock::time_point now = Clock::now());
  // Waits until something is, or Stop: then null, now and ever.
  [[nodiscard]] std::shared_ptr<const HotRead> Await();
  void Stop();

  [[nodiscard]] bool enabled() const { return options_.hot.count() > 0; }
  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::shared_ptr<const HotRead> read;
    Clock::time_point asked_at;
    int asked = 1;
    int unasked = 0;
    Clock::time_point taken_at{};
    std::optional<Clock::time_point> due{};
  };
  using Entries = std::unordered_map<std::string, Entry>;

  void DropColdLocked(Clock::time_point now);
  [[nodiscard]] Entries::iterator EarliestLocked();

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Entries entries_;
  bool stopped_ = false;
};

}  // namespace dialix::app
