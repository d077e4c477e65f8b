#include "confine/identity.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace dialix::confine {
namespace {

constexpr std::size_t kEntryBytes = 64UL * 1024;

Error Refused(const char* what) {
  return Internal(std::string(what) + ": " + std::generic_category().message(errno));
}

Status DropCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capset, &header, none) != 0) return Refused("capset");
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return Refused("ambient capabilities");
  return Ok();
}

Status DropBounds() {
  for (unsigned long capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return Refused("bounding set");
  }
  return Ok();
}

Status CheckNoWayBack(const Identity& who) {
  uid_t user[3];
  gid_t group[3];
  if (::getresuid(&user[0], &user[1], &user[2]) != 0 || ::getresgid(&group[0], &group[1], &group[2]) != 0)
    return Refused("getresuid");
  for (int i = 0; i < 3; ++i) {
    if (user[i] != who.uid || group[i] != who.gid) return Internal("an id was kept");
  }
  if (::setuid(0) == 0 || ::setgid(0) == 0 || ::seteuid(0) == 0) return Internal("root could be had back");
  return Ok();
}

}  // namespace

Result<Identity> FindIdentity(const std::string& user, const std::string& group) {
  std::vector<char> buffer(kEntryBytes);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return Fail(Error::Code::kInvalid, "There is no user \"" + user + "\".");
  Identity who{entry.pw_uid, entry.pw_gid};
  if (!group.empty()) {
    struct group named {};
    struct group* named_found = nullptr;
    if (::getgrnam_r(group.c_str(), &named, buffer.data(), buffer.size(), &named_found) != 0 ||
        named_found == nullptr)
      return Fail(Error::Code::kInvalid, "There is no group \"" + group + "\".");
    who.gid = named.gr_gid;
  }
  if (who.uid == 0 || who.gid == 0) return Fail(Error::Code::kInvalid, "That user or group is root.");
  return who;
}

bool IsRoot() { return ::geteuid() == 0 || ::getuid() == 0; }

Status Become(const Identity& who) {
  DIALIX_CHECK(DropBounds());
  if (::setgroups(1, &who.gid) != 0) return Refused("setgroups");
  if (::setresgid(who.gid, who.gid, who.gid) != 0) return Refused("setresgid");
  if (::setresuid(who.uid, who.uid, who.uid) != 0) return Refused("setresuid");
  DIALIX_CHECK(DropCapabilities());
  return CheckNoWayBack(who);
}

}  // namespace dialix::confine
