#include <algorithm>

#include "arguments.h"
#include "btf.h"
#include "elf.h"
#include "nouns.h"

namespace {

Napi::Value describePrograms(Napi::Env env, bpf_object* object) {
  auto programs = Napi::Array::New(env);
  uint32_t count = 0;
  bpf_program* program;
  bpf_object__for_each_program(program, object) {
    guessType(program);
    auto entry = Napi::Object::New(env);
    entry["name"] = bpf_program__name(program);
    entry["section"] = bpf_program__section_name(program);
    entry["type"] = static_cast<uint32_t>(bpf_program__type(program));
    entry["instructions"] = static_cast<double>(bpf_program__insn_cnt(program));
    programs[count++] = entry;
  }
  return programs;
}

// Before loading, the map of a section does not know its type; the section has the map's name.
uint32_t valueTypeOf(const btf* btf, const bpf_map* map) {
  if (!bpf_map__is_internal(map) || btf == nullptr) return bpf_map__btf_value_type_id(map);
  return std::max(btf__find_by_name_kind(btf, nameOf(map).c_str(), BTF_KIND_DATASEC), 0);
}

Napi::Value describeMaps(Napi::Env env, bpf_object* object) {
  auto maps = Napi::Array::New(env);
  uint32_t count = 0;
  const btf* btf = bpf_object__btf(object);
  bpf_map* map;
  bpf_object__for_each_map(map, object) {
    auto entry = Napi::Object::New(env);
    entry["name"] = nameOf(map);
    entry["type"] = static_cast<uint32_t>(bpf_map__type(map));
    entry["keySize"] = bpf_map__key_size(map);
    entry["valueSize"] = bpf_map__value_size(map);
    entry["maxEntries"] = bpf_map__max_entries(map);
    entry["flags"] = bpf_map__map_flags(map);
    entry["internal"] = bpf_map__is_internal(map);
    addMapTypes(entry, btf, bpf_map__btf_key_type_id(map), valueTypeOf(btf, map));
    maps[count++] = entry;
  }
  return maps;
}

Napi::Value describeVariables(Napi::Env env, const btf* btf) {
  auto variables = Napi::Array::New(env);
  uint32_t count = 0;
  for (uint32_t id = 1; btf != nullptr && id < btf__type_cnt(btf); id++) {
    const btf_type* type = btf__type_by_id(btf, id);
    if (!btf_is_datasec(type)) continue;
    for (uint32_t i = 0; i < btf_vlen(type); i++) {
      const btf_var_secinfo* place = btf_var_secinfos(type) + i;
      const btf_type* variable = btf__type_by_id(btf, place->type);
      if (!btf_is_var(variable)) continue;  // a ksym or a function
      auto entry = Napi::Object::New(env);
      entry["section"] = btf__name_by_offset(btf, type->name_off);
      entry["name"] = btf__name_by_offset(btf, variable->name_off);
      entry["offset"] = place->offset;
      entry["size"] = place->size;
      entry["type"] = typeTree(env, btf, variable->type);
      variables[count++] = entry;
    }
  }
  return variables;
}

Napi::Value describeObject(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  auto [data, size] = bytesAt(info, 0);
  LibbpfLog said;
  Object object = openObject(data, size, textAt(info, 1), nullptr, said);
  auto described = Napi::Object::New(env);
  described["programs"] = describePrograms(env, object.get());
  described["maps"] = describeMaps(env, object.get());
  described["variables"] = describeVariables(env, bpf_object__btf(object.get()));
  bpf_map* map;
  bpf_object__for_each_map(map, object.get()) {
    if (nameOf(map) != ".rodata") continue;
    size_t bytes = 0;
    const void* value = bpf_map__initial_value(map, &bytes);
    described["rodata"] = toBytes(env, value, bytes);
  }
  return described;
}

}  // namespace

void exportSpec(Napi::Env env, Napi::Object exports) { EXPORT(describeObject); }
