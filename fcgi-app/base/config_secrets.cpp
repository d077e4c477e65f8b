#include "base/config_secrets.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>

#include "base/unique_fd.h"

extern char** environ;

namespace dialix {
namespace {

constexpr std::string_view kFileSuffix = "_FILE";
constexpr std::size_t kMostBytes = 64UL * 1024;

std::string Reason() { return std::generic_category().message(errno); }

std::string Find(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

// The file's text less the line end that editors and `echo` put behind it. Sets `complaint` when it cannot be
// had.
std::string ReadSecret(const std::string& path, std::string& complaint) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    complaint = "cannot be opened: " + path + ": " + Reason();
    return {};
  }
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) complaint = "cannot be read: " + path + ": " + Reason();
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > kMostBytes) {
      complaint = "is too large to be a secret: " + path;
      break;
    }
  }
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (complaint.empty() && text.find_first_of(std::string_view("\n\0", 2)) != std::string::npos)
    complaint = "has more than one line: " + path;
  if (complaint.empty() && text.empty()) complaint = "is empty: " + path;
  return complaint.empty() ? text : std::string();
}

}  // namespace

SettingText ReadSetting(const Environment& environment, const Setting& setting) {
  const std::string name = setting.name;
  const auto in_environment = environment.find(name);
  const std::string file =
      setting.secret ? Find(environment, name + std::string(kFileSuffix)) : std::string();
  SettingText text{setting.fallback, "default", {}, name};
  if (in_environment != environment.end()) {
    text.value = in_environment->second;
    text.origin = "environment";
    if (!file.empty())
      text.complaint = "is set, and so is " + name + std::string(kFileSuffix) + ": one of them is enough";
    return text;
  }
  if (!file.empty()) {
    text.variable = name + std::string(kFileSuffix);
    text.origin = "file";
    text.value = ReadSecret(file, text.complaint);
    return text;
  }
  const std::string folder = setting.secret ? Find(environment, "CREDENTIALS_DIRECTORY") : std::string();
  if (!folder.empty() && ::access((folder + "/" + name).c_str(), F_OK) == 0) {
    text.origin = "credential";
    text.value = ReadSecret(folder + "/" + name, text.complaint);
  }
  return text;
}

bool IsSecretFileSetting(std::string_view name) {
  if (!name.ends_with(kFileSuffix)) return false;
  name.remove_suffix(kFileSuffix.size());
  const auto& settings = Settings();
  return std::any_of(settings.begin(), settings.end(),
                     [&](const Setting& setting) { return setting.secret && name == setting.name; });
}

Environment TakeEnvironment() {
  Environment environment = ProcessEnvironment();
  for (const Setting& setting : Settings()) {
    const std::size_t name_length = std::strlen(setting.name);
    if (!setting.secret) continue;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
      if (std::strncmp(*entry, setting.name, name_length) != 0 || (*entry)[name_length] != '=') continue;
      char* const value = *entry + name_length + 1;
      ::explicit_bzero(value, std::strlen(value));
    }
    ::unsetenv(setting.name);
  }
  return environment;
}

}  // namespace dialix
