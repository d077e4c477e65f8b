// Where the text of a setting comes from. A secret one need not stand in the environment: NAME_FILE names a
// file that holds it, and systemd's LoadCredential= puts it into the folder CREDENTIALS_DIRECTORY under the
// setting's own name (systemd.exec(5)). Only config.cpp uses it.
#pragma once

#include <string>

#include "base/config_settings.h"

namespace dialix {

struct SettingText {
  std::string value;
  std::string origin;     // "environment" | "file" | "credential" | "default"
  std::string complaint;  // why it could not be read; names no contents
  std::string variable;   // which variable the complaint is about
};

// NAME, else the file of NAME_FILE, else the credential, else the default. NAME and NAME_FILE together are an
// error.
[[nodiscard]] SettingText ReadSetting(const Environment& environment, const Setting& setting);

// NAME_FILE of a secret setting.
[[nodiscard]] bool IsSecretFileSetting(std::string_view name);

}  // namespace dialix
