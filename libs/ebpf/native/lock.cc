// Locks that belong to a network namespace: bytes of a file of its sysfs. Every mount of that sysfs, in whatever mount
// namespace, has the same files; and who may not administer the network may not open this one for writing, as a lock needs.
#include <linux/mount.h>
#include <sys/mount.h>

#include "arguments.h"
#include "file.h"
#include "nouns.h"

namespace {

// Every network namespace has this device, and nobody deletes it.
constexpr auto lockFile = "devices/virtual/net/lo/ifalias";

// sysfs of the calling thread's namespace, wherever it is mounted, or nowhere.
File openSysfs() {
  File context(check(fsopen("sysfs", FSOPEN_CLOEXEC), "fsopen sysfs"));
  check(fsconfig(context.fd(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), "fsconfig sysfs");
  return File(check(fsmount(context.fd(), FSMOUNT_CLOEXEC, 0), "fsmount sysfs"));
}

struct flock byteAt(const Napi::CallbackInfo& info, size_t index) {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = int64At(info, index);
  lock.l_len = 1;
  return lock;
}

Napi::Value netnsLocks(const Napi::CallbackInfo& info) {
  File file(check(openat(openSysfs().fd(), lockFile, O_RDWR | O_CLOEXEC), lockFile));
  return Napi::Number::New(info.Env(), file.release());
}

Napi::Value lockByte(const Napi::CallbackInfo& info) {
  auto lock = byteAt(info, 1);
  bool taken = fcntl(intAt(info, 0), F_OFD_SETLK, &lock) == 0;
  if (!taken && errno != EAGAIN && errno != EACCES) check(-1, "fcntl F_OFD_SETLK");
  return Napi::Boolean::New(info.Env(), taken);
}

Napi::Value isByteLocked(const Napi::CallbackInfo& info) {
  auto lock = byteAt(info, 1);
  check(fcntl(intAt(info, 0), F_OFD_GETLK, &lock), "fcntl F_OFD_GETLK");
  return Napi::Boolean::New(info.Env(), lock.l_type != F_UNLCK);
}

}  // namespace

void exportLock(Napi::Env env, Napi::Object exports) {
  EXPORT(netnsLocks);
  EXPORT(lockByte);
  EXPORT(isByteLocked);
}
