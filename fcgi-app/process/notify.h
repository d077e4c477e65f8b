// sd_notify(3) without libsystemd: one datagram to $NOTIFY_SOCKET. Does nothing, and never fails, when there
// is none.
#pragma once

#include <string_view>

namespace dialix::process {

// "READY=1", "STOPPING=1", "STATUS=…", lines joined by '\n'.
void Notify(std::string_view state);
// RELOADING=1 with the monotonic time that systemd wants beside it.
void NotifyReloading();

}  // namespace dialix::process
