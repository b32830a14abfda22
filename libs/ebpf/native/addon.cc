#include "nouns.h"

static Napi::Object init(Napi::Env env, Napi::Object exports) {
  exportSpec(env, exports);
  exportObject(env, exports);
  exportMap(env, exports);
  exportMapBatch(env, exports);
  exportProgram(env, exports);
  exportLink(env, exports);
  exportFilter(env, exports);
  exportDescriptor(env, exports);
  exportRing(env, exports);
  exportNetlink(env, exports);
  exportNetns(env, exports);
  exportMount(env, exports);
  exportLock(env, exports);
  return exports;
}

NODE_API_MODULE(ebpf, init)
