// Uploads one rendered call and watches what becomes of the uploaded ones.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "demo/api.h"
#include "demo/call_script.h"

namespace dialix::demo {

// What a list of records says of one call.
struct CallState {
  std::string id;
  std::string status;  // UPLOADED PENDING PROCESSING COMPLETED FAILED
  std::string failure;
  int progress = 0;       // 0..100
  std::string score;      // "87.5", or "-" where there is none
  std::string sentiment;  // or "-"
  std::string purpose;    // or "-"
};

// The company's calls by title.
[[nodiscard]] Result<std::map<std::string, CallState>> ListCalls(Api& api);

// Errors: whatever the server refuses, told with the script's name.
[[nodiscard]] Status UploadCall(Api& api, const CallScript& script, const std::filesystem::path& recording,
                                std::chrono::sys_seconds start);

// Polls until every call of `scripts` is COMPLETED or FAILED. `show` gets each state as it is read.
// Errors: kTimeout where nothing moves for `patience`.
[[nodiscard]] Result<std::map<std::string, CallState>> WaitForCalls(
    Api& api, const std::vector<CallScript>& scripts, std::chrono::seconds patience,
    const std::function<void(const std::map<std::string, CallState>&)>& show);

}  // namespace dialix::demo
