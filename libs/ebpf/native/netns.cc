#include <arpa/inet.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "arguments.h"
#include "file.h"
#include "nouns.h"
#include "task.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

namespace {

constexpr const char* kDirectory = "/run/netns";

// As `ip netns add` does: mounts made in there are to be seen in other mount namespaces too. The lock is for several
// processes that find it not done yet.
void shareDirectory() {
  mkdir(kDirectory, 0755);
  File directory(check(open(kDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open /run/netns"));
  check(flock(directory.fd(), LOCK_EX), "flock /run/netns");
  if (mount("", kDirectory, "none", MS_SHARED | MS_REC, nullptr) == 0) return;
  if (errno != EINVAL) throw Failure(errno, "mount --make-shared /run/netns");
  check(mount(kDirectory, kDirectory, "none", MS_BIND | MS_REC, nullptr), "mount --bind /run/netns");
  check(mount("", kDirectory, "none", MS_SHARED | MS_REC, nullptr), "mount --make-shared /run/netns");
}

void createNetns(const std::string& path) {
  if (path.substr(0, path.rfind('/')) == kDirectory) shareDirectory();
  { File file(check(open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0), ("netns " + path).c_str())); }
  if (unshare(CLONE_NEWNET) == 0 && mount("/proc/thread-self/ns/net", path.c_str(), "none", MS_BIND, nullptr) == 0) {
    return;
  }
  int error = errno;
  unlink(path.c_str());
  throw Failure(error, "unshare and mount " + path);
}

// In a thread of its own, because that one is in the new namespace afterwards.
Napi::Value netnsCreate(const Napi::CallbackInfo& info) {
  return runInNetns(info.Env(), "", [path = textAt(info, 0)] {
    createNetns(path);
    return nothing();
  });
}

Napi::Value netnsDelete(const Napi::CallbackInfo& info) {
  return runInPool(info.Env(), [path = textAt(info, 0)] {
    if (umount2(path.c_str(), MNT_DETACH) != 0 && errno != EINVAL) throw Failure(errno, "umount " + path);
    check(unlink(path.c_str()), ("unlink " + path).c_str());
    return nothing();
  });
}

Napi::Value netnsCookie(const Napi::CallbackInfo& info) {
  return runInNetns(info.Env(), textAt(info, 0), []() -> Finish {
    File file(check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    check(getsockopt(file.fd(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length), "getsockopt SO_NETNS_COOKIE");
    return [cookie](Napi::Env env) { return Napi::BigInt::New(env, cookie); };
  });
}

Napi::Value parseAddress(const Napi::CallbackInfo& info) {
  std::string text = textAt(info, 0);
  uint8_t bytes[16];
  if (inet_pton(AF_INET, text.c_str(), bytes) == 1) return toBytes(info.Env(), bytes, 4);
  if (inet_pton(AF_INET6, text.c_str(), bytes) == 1) return toBytes(info.Env(), bytes, 16);
  return info.Env().Undefined();
}

Napi::Value formatAddress(const Napi::CallbackInfo& info) {
  auto [data, size] = bytesAt(info, 0);
  char text[INET6_ADDRSTRLEN] = "";
  if (size == 4 || size == 16) inet_ntop(size == 4 ? AF_INET : AF_INET6, data, text, sizeof text);
  return Napi::String::New(info.Env(), text);
}

}  // namespace

void exportNetns(Napi::Env env, Napi::Object exports) {
  EXPORT(netnsCreate);
  EXPORT(netnsDelete);
  EXPORT(netnsCookie);
  EXPORT(parseAddress);
  EXPORT(formatAddress);
}
