#include <bpf/bpf.h>
#include <unistd.h>

#include <climits>

#include "arguments.h"
#include "file.h"
#include "nouns.h"
#include "task.h"

namespace {

// BPF_OBJ_GET opens anything, and asking one kind for another's information yields nonsense; /proc/self/fd says what a
// descriptor is: "anon_inode:bpf-map", "anon_inode:bpf-prog", "anon_inode:bpf_link" ("bpf-link" in newer kernels).
void requireKind(const File& file, const std::string& kind, const std::string& path) {
  char target[PATH_MAX];
  std::string self = "/proc/self/fd/" + std::to_string(file.fd());
  ssize_t length = check(static_cast<int>(readlink(self.c_str(), target, sizeof target)), "readlink");
  std::string name(target, length);
  std::string suffix = kind.substr(0, 4);  // map, prog, link
  if (!name.ends_with(suffix)) throw Failure(EINVAL, "BPF_OBJ_GET " + path, name + " is not a " + kind);
}

Napi::Value pin(const Napi::CallbackInfo& info) {
  auto file = std::make_shared<File>(File::duplicate(intAt(info, 0)));
  return runInPool(info.Env(), [file, path = textAt(info, 1)] {
    check(bpf_obj_pin(file->fd(), path.c_str()), ("BPF_OBJ_PIN " + path).c_str());
    return nothing();
  });
}

Napi::Value openPinned(const Napi::CallbackInfo& info) {
  return runInPool(info.Env(), [path = textAt(info, 0), kind = textAt(info, 1)]() -> Finish {
    auto file = std::make_shared<File>(check(bpf_obj_get(path.c_str()), ("BPF_OBJ_GET " + path).c_str()));
    requireKind(*file, kind, path);
    return [file](Napi::Env env) { return Napi::Number::New(env, file->release()); };
  });
}

Napi::Value openId(const Napi::CallbackInfo& info) {
  uint32_t id = uintAt(info, 0);
  std::string kind = textAt(info, 1);
  int fd = kind == "map"       ? bpf_map_get_fd_by_id(id)
           : kind == "program" ? bpf_prog_get_fd_by_id(id)
                               : bpf_link_get_fd_by_id(id);
  if (fd < 0) throw Failure(errno, "open " + kind + " " + std::to_string(id));
  return Napi::Number::New(info.Env(), fd);
}

Napi::Value closeNow(const Napi::CallbackInfo& info) {
  ::close(intAt(info, 0));
  return info.Env().Undefined();
}

Napi::Value closeAsync(const Napi::CallbackInfo& info) {
  return runInNetns(info.Env(), "", [fd = intAt(info, 0)] {
    ::close(fd);
    return nothing();
  });
}

}  // namespace

void exportDescriptor(Napi::Env env, Napi::Object exports) {
  EXPORT(pin);
  EXPORT(openPinned);
  EXPORT(openId);
  exports.Set("close", Napi::Function::New<callable<closeNow>>(env, "close"));
  EXPORT(closeAsync);
}
