// "dialixctl demo …": the command line in front of demo_load.h.
#pragma once

#include <string>
#include <vector>

namespace dialix::demo {

// `arguments` are those after "demo". Returns the exit status; 2 after a wrong command line.
[[nodiscard]] int RunDemoCommand(const std::vector<std::string>& arguments);

}  // namespace dialix::demo
