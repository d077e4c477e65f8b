// The cache hears of what a command has changed before the command says that it is done.
#pragma once

#include <string_view>

#include "base/config.h"

namespace dialix::ctl {

// `changes`: Connection::Notes::changes. Does nothing without REDIS_URL; never fails
// (cache/change_publisher.h).
void TellCache(const Config& config, std::string_view changes);

}  // namespace dialix::ctl
