#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include "arguments.h"
#include "nouns.h"
#include "task.h"

namespace {

Napi::Value mountBpffs(const Napi::CallbackInfo& info) {
  return runInPool(info.Env(), [path = textAt(info, 0)] {
    check(mount("bpf", path.c_str(), "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"), ("mount " + path).c_str());
    return nothing();
  });
}

Napi::Value unmount(const Napi::CallbackInfo& info) {
  return runInPool(info.Env(), [path = textAt(info, 0)] {
    check(umount2(path.c_str(), MNT_DETACH), ("umount " + path).c_str());
    return nothing();
  });
}

Napi::Value isBpffs(const Napi::CallbackInfo& info) {
  return runInPool(info.Env(), [path = textAt(info, 0)]() -> Finish {
    struct statfs status{};
    check(statfs(path.c_str(), &status), ("statfs " + path).c_str());
    bool is = static_cast<uint32_t>(status.f_type) == BPF_FS_MAGIC;
    return [is](Napi::Env env) { return Napi::Boolean::New(env, is); };
  });
}

}  // namespace

void exportMount(Napi::Env env, Napi::Object exports) {
  EXPORT(mountBpffs);
  EXPORT(unmount);
  EXPORT(isBpffs);
}
