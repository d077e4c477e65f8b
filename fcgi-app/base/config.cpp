#include "base/config.h"

#include <algorithm>
#include <cstdio>

#include "base/config_secrets.h"
#include "base/config_settings.h"

extern char** environ;

namespace dialix {
namespace {

unsigned Bit(Needs needs) {
  switch (needs) {
    case Needs::kServer:
      return kServerBit;
    case Needs::kAnalyzer:
      return kAnalyzerBit;
    case Needs::kMigrate:
      return kMigrateBit;
    case Needs::kSecrets:
      return kSecretsBit;
    case Needs::kNothing:
      return 0;
  }
  return 0;
}

std::string Masked(const Setting& setting, const std::string& value) {
  if (!setting.secret || value.empty()) return value;
  const std::string_view name = setting.name;
  const bool is_url = name.ends_with("_URL") || name.ends_with("_DSN");
  const auto scheme = is_url ? value.find("://") : std::string::npos;
  if (scheme == std::string::npos) return "********";
  const auto at = value.rfind('@');
  std::string masked =
      at == std::string::npos ? value : value.substr(0, scheme + 3) + "********" + value.substr(at);
  if (const auto query = masked.find('?');
      query != std::string::npos && masked.find("password=", query) != std::string::npos) {
    masked = masked.substr(0, query) + "?********";
  }
  return masked;
}

}  // namespace

Environment ProcessEnvironment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos)
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

Result<Config> LoadConfig(const Environment& environment, Needs needs) {
  Config config;
  Error error = Fail(Error::Code::kInvalid, "The configuration is wrong.");
  for (const Setting& setting : Settings()) {
    const SettingText text = ReadSetting(environment, setting);
    const std::string& value = text.value;
    if (!text.complaint.empty()) {
      error.fields.push_back({text.variable, "invalid", text.complaint});
      continue;
    }
    if (value.empty() && (setting.required_by & Bit(needs)) != 0) {
      error.fields.push_back({setting.name, "required", std::string("is not set: ") + setting.help});
      continue;
    }
    std::string complaint = setting.set(config, value);
    if (!complaint.empty()) error.fields.push_back({setting.name, "invalid", std::move(complaint)});
  }
  for (const auto& [name, value] : environment) {
    if (LooksLikeSetting(name) && !IsKnownSetting(name) && !IsSecretFileSetting(name))
      error.fields.push_back({name, "unknown", "is not a setting of Dialix"});
  }
  if (needs == Needs::kServer &&
      config.fcgi_workers * config.fcgi_threads <= config.nginx_workers * config.nginx_fcgi_keepalive) {
    error.fields.push_back(
        {"FCGI_THREADS", "invalid",
         "FCGI_WORKERS × FCGI_THREADS must exceed NGINX_WORKERS × NGINX_FCGI_KEEPALIVE, or kept-alive "
         "connections starve new ones"});
  }
  if (!error.fields.empty()) return error;
  return config;
}

std::vector<SettingReport> DescribeConfig(const Environment& environment) {
  std::vector<SettingReport> reports;
  for (const Setting& setting : Settings()) {
    const SettingText text = ReadSetting(environment, setting);
    reports.push_back({setting.name, Masked(setting, text.value), text.origin, setting.help});
  }
  return reports;
}

std::string FormatConfigError(const Error& error) {
  std::string text = error.public_message + "\n";
  for (const FieldError& field : error.fields) text += "  " + field.path + " " + field.message + "\n";
  return text;
}

int CheckConfig(const Environment& environment, Needs needs) {
  for (const SettingReport& report : DescribeConfig(environment)) {
    std::printf("%-24s = %-40s # %s; %s\n", report.name.c_str(), report.value.c_str(), report.origin.c_str(),
                report.help.c_str());
  }
  const auto config = LoadConfig(environment, needs);
  if (config) return 0;
  std::fflush(stdout);
  std::fputs(FormatConfigError(config.error()).c_str(), stderr);
  return kExitConfig;
}

std::string AudioStorePath(const Config& config) {
  std::string path = config.audio_store.substr(std::string_view("file://").size());
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace dialix
