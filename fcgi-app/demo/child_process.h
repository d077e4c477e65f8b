// Runs one outside program to its end and waits for it: flite and ffmpeg, which only the demo needs.
// No shell in between; its output is kept for the error message only. Safe to call from any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace dialix::demo {

// Errors: kUnavailable where the program is not installed, kInternal where it fails; the message holds the
// program's last words.
[[nodiscard]] Status RunProgram(const std::vector<std::string>& argv);

// Whether a program of that name is in PATH (or, with a slash, is there).
[[nodiscard]] bool HasProgram(const std::string& name);

// A fresh folder under the system's temporary one; gone with everything in it at the end.
class TemporaryFolder {
 public:
  [[nodiscard]] static Result<TemporaryFolder> Make();
  ~TemporaryFolder();
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace dialix::demo
