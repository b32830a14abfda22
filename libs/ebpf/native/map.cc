#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <memory>

#include "arguments.h"
#include "btf.h"
#include "failure.h"
#include "kernel.h"
#include "nouns.h"

namespace {

Napi::Value mapCreate(const Napi::CallbackInfo& info) {
  LIBBPF_OPTS(bpf_map_create_opts, options, .inner_map_fd = uintAt(info, 6), .map_flags = uintAt(info, 5));
  std::string name = textAt(info, 1);
  int fd = bpf_map_create(static_cast<bpf_map_type>(uintAt(info, 0)), name.c_str(), uintAt(info, 2), uintAt(info, 3),
                          uintAt(info, 4), &options);
  if (fd < 0) throw Failure(errno, "BPF_MAP_CREATE " + name);
  return Napi::Number::New(info.Env(), fd);
}

bpf_map_info infoOf(int fd) {
  bpf_map_info map{};
  uint32_t length = sizeof map;
  if (bpf_obj_get_info_by_fd(fd, &map, &length) != 0) throw Failure(errno, "BPF_OBJ_GET_INFO_BY_FD map");
  return map;
}

Napi::Value mapInfo(const Napi::CallbackInfo& info) {
  bpf_map_info map = infoOf(intAt(info, 0));
  auto result = Napi::Object::New(info.Env());
  result["id"] = map.id;
  result["type"] = map.type;
  result["keySize"] = map.key_size;
  result["valueSize"] = map.value_size;
  result["maxEntries"] = map.max_entries;
  result["flags"] = map.map_flags;
  result["name"] = static_cast<const char*>(map.name);
  return result;
}

Napi::Value mapTypes(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  bpf_map_info map = infoOf(intAt(info, 0));
  auto result = Napi::Object::New(env);
  if (map.btf_id == 0) return result;
  std::unique_ptr<btf, decltype(&btf__free)> types(btf__load_from_kernel_by_id(map.btf_id), btf__free);
  if (types == nullptr) throw Failure(errno, "btf__load_from_kernel_by_id");
  addMapTypes(result, types.get(), map.btf_key_type_id, map.btf_value_type_id);
  return result;
}

Napi::Value mapLookup(const Napi::CallbackInfo& info) {
  if (bpf_map_lookup_elem(intAt(info, 0), bytesAt(info, 1).data, bytesAt(info, 2).data) == 0) {
    return Napi::Boolean::New(info.Env(), true);
  }
  if (errno != ENOENT) throw Failure(errno, "BPF_MAP_LOOKUP_ELEM");
  return Napi::Boolean::New(info.Env(), false);
}

Napi::Value mapUpdate(const Napi::CallbackInfo& info) {
  if (bpf_map_update_elem(intAt(info, 0), bytesAt(info, 1).data, bytesAt(info, 2).data, uintAt(info, 3)) != 0) {
    throw Failure(errno, "BPF_MAP_UPDATE_ELEM");
  }
  return info.Env().Undefined();
}

Napi::Value mapDelete(const Napi::CallbackInfo& info) {
  if (bpf_map_delete_elem(intAt(info, 0), bytesAt(info, 1).data) == 0) return Napi::Boolean::New(info.Env(), true);
  if (errno != ENOENT) throw Failure(errno, "BPF_MAP_DELETE_ELEM");
  return Napi::Boolean::New(info.Env(), false);
}

Napi::Value mapNextKey(const Napi::CallbackInfo& info) {
  const void* key = info[1].IsUndefined() ? nullptr : bytesAt(info, 1).data;
  if (bpf_map_get_next_key(intAt(info, 0), key, bytesAt(info, 2).data) == 0) {
    return Napi::Boolean::New(info.Env(), true);
  }
  if (errno != ENOENT) throw Failure(errno, "BPF_MAP_GET_NEXT_KEY");
  return Napi::Boolean::New(info.Env(), false);
}

Napi::Value mapFreeze(const Napi::CallbackInfo& info) {
  if (bpf_map_freeze(intAt(info, 0)) != 0) throw Failure(errno, "BPF_MAP_FREEZE");
  return info.Env().Undefined();
}

Napi::Value possibleCpus(const Napi::CallbackInfo& info) {
  int cpus = libbpf_num_possible_cpus();
  if (cpus < 0) throw Failure(-cpus, "libbpf_num_possible_cpus");
  return Napi::Number::New(info.Env(), cpus);
}

}  // namespace

void exportMap(Napi::Env env, Napi::Object exports) {
  EXPORT(mapCreate);
  EXPORT(mapInfo);
  EXPORT(mapTypes);
  EXPORT(mapLookup);
  EXPORT(mapUpdate);
  EXPORT(mapDelete);
  EXPORT(mapNextKey);
  EXPORT(mapFreeze);
  EXPORT(possibleCpus);
}
