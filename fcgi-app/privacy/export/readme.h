// README.txt of a company's archive: what each file and field is, for whoever opens it without us.
#pragma once

#include <string>

namespace dialix::privacy {

// `company`: its name.
[[nodiscard]] std::string ExportReadme(const std::string& company, bool with_audio);

}  // namespace dialix::privacy
