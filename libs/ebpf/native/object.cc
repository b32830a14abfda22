#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "arguments.h"
#include "btf.h"
#include "file.h"
#include "libbpf-log.h"
#include "nouns.h"
#include "task.h"

namespace {

struct CloseObject {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
};
using Object = std::unique_ptr<bpf_object, CloseObject>;

constexpr size_t kLogBytes = 16 << 20;  // only the pages that are written cost anything

struct LoadPlan {
  std::vector<uint8_t> elf;
  std::string name;
  std::optional<std::vector<uint8_t>> rodata;
  std::vector<std::pair<std::string, File>> reuse;
  std::vector<std::string> without;
  std::optional<std::vector<std::string>> programs;
  std::vector<std::pair<std::string, int>> types;
};

struct NamedFile {
  std::string name;
  File file;
};

struct Loaded {
  std::vector<NamedFile> programs;
  std::vector<NamedFile> maps;
};

Object openObject(const void* elf, size_t size, const std::string& name, char* log, LibbpfLog& said) {
  LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name.c_str());
  if (log != nullptr) {
    options.kernel_log_buf = log;
    options.kernel_log_size = kLogBytes;
  }
  bpf_object* object = bpf_object__open_mem(elf, size, &options);
  if (object == nullptr) throw Failure(errno, "bpf_object__open_mem " + name, said.lastWarning());
  return Object(object);
}

// libbpf puts the object's name before ".rodata"; a source knows only the section.
std::string nameOf(const bpf_map* map) {
  std::string name = bpf_map__name(map);
  size_t dot = name.find('.');
  return bpf_map__is_internal(map) && dot != std::string::npos ? name.substr(dot) : name;
}

bpf_map* mapNamed(bpf_object* object, const std::string& name) {
  bpf_map* map;
  bpf_object__for_each_map(map, object) {
    if (nameOf(map) == name) return map;
  }
  throw Failure(ENOENT, "load", "the object has no map " + name);
}

bpf_program* programNamed(bpf_object* object, const std::string& name) {
  bpf_program* program = bpf_object__find_program_by_name(object, name.c_str());
  if (program == nullptr) throw Failure(ENOENT, "load", "the object has no program " + name);
  return program;
}

// Sections that this libbpf is too old to know.
void guessType(bpf_program* program) {
  if (bpf_program__type(program) != BPF_PROG_TYPE_UNSPEC) return;
  std::string section = bpf_program__section_name(program);
  if (section.rfind("tcx/", 0) == 0 || section.rfind("tc/", 0) == 0) {
    bpf_program__set_type(program, BPF_PROG_TYPE_SCHED_CLS);
  }
}

void requireEqual(const std::string& map, const char* what, uint32_t have, uint32_t want) {
  if (have == want) return;
  throw Failure(EINVAL, "reuse " + map,
                std::string(what) + " is " + std::to_string(have) + ", the object wants " + std::to_string(want));
}

// libbpf would take the other map's sizes for its own and let the verifier find out.
void reuseMap(bpf_map* map, const std::string& name, int fd) {
  bpf_map_info info{};
  uint32_t length = sizeof info;
  if (bpf_obj_get_info_by_fd(fd, &info, &length) != 0) throw Failure(errno, "reuse " + name);
  requireEqual(name, "type", info.type, bpf_map__type(map));
  requireEqual(name, "key size", info.key_size, bpf_map__key_size(map));
  requireEqual(name, "value size", info.value_size, bpf_map__value_size(map));
  int error = bpf_map__reuse_fd(map, fd);
  if (error != 0) throw Failure(-error, "bpf_map__reuse_fd " + name);
}

void configure(bpf_object* object, const LoadPlan& plan) {
  bpf_program* program;
  bpf_object__for_each_program(program, object) {
    guessType(program);
    if (plan.programs) bpf_program__set_autoload(program, false);
  }
  if (plan.programs) {
    for (const auto& name : *plan.programs) bpf_program__set_autoload(programNamed(object, name), true);
  }
  for (const auto& [name, type] : plan.types) {
    bpf_program__set_type(programNamed(object, name), static_cast<bpf_prog_type>(type));
  }
  for (const auto& name : plan.without) bpf_map__set_autocreate(mapNamed(object, name), false);
  for (const auto& [name, file] : plan.reuse) reuseMap(mapNamed(object, name), name, file.fd());
  if (plan.rodata) {
    int error = bpf_map__set_initial_value(mapNamed(object, ".rodata"), plan.rodata->data(), plan.rodata->size());
    if (error != 0) throw Failure(-error, "bpf_map__set_initial_value .rodata");
  }
}

Loaded collect(bpf_object* object) {
  Loaded loaded;
  bpf_program* program;
  bpf_object__for_each_program(program, object) {
    int fd = bpf_program__fd(program);
    if (fd >= 0) loaded.programs.push_back({bpf_program__name(program), File::duplicate(fd)});
  }
  bpf_map* map;
  bpf_object__for_each_map(map, object) {
    int fd = bpf_map__fd(map);
    if (fd >= 0) loaded.maps.push_back({nameOf(map), File::duplicate(fd)});
  }
  return loaded;
}

Loaded load(const LoadPlan& plan) {
  LibbpfLog said;
  auto log = std::make_unique_for_overwrite<char[]>(kLogBytes);
  log[0] = '\0';
  Object object = openObject(plan.elf.data(), plan.elf.size(), plan.name, log.get(), said);
  configure(object.get(), plan);
  int error = bpf_object__load(object.get());
  if (error == 0) return collect(object.get());
  std::string program = said.refusedProgram();
  Failure failure(-error, "bpf_object__load " + plan.name, said.lastWarning());
  failure.program = program;
  if (!program.empty()) failure.log = log.get();
  throw failure;
}

Napi::Value files(Napi::Env env, std::vector<NamedFile>& named) {
  auto array = Napi::Array::New(env);
  for (uint32_t i = 0; i < named.size(); i++) {
    auto entry = Napi::Object::New(env);
    entry["name"] = named[i].name;
    entry["fd"] = named[i].file.release();
    array[i] = entry;
  }
  return array;
}

std::vector<std::string> textsOf(const Napi::Value& value) {
  auto array = value.As<Napi::Array>();
  std::vector<std::string> texts;
  for (uint32_t i = 0; i < array.Length(); i++) texts.push_back(array.Get(i).As<Napi::String>().Utf8Value());
  return texts;
}

LoadPlan planOf(const Napi::CallbackInfo& info) {
  LoadPlan plan;
  plan.elf = copyOf(info[0]);
  plan.name = textAt(info, 1);
  auto options = info[2].As<Napi::Object>();
  Napi::Value rodata = options.Get("rodata");
  if (!rodata.IsUndefined()) plan.rodata = copyOf(rodata);
  auto reuse = options.Get("reuse").As<Napi::Array>();
  for (uint32_t i = 0; i < reuse.Length(); i++) {
    auto entry = reuse.Get(i).As<Napi::Object>();
    plan.reuse.emplace_back(textOf(entry, "name"), File::duplicate(static_cast<int>(intOf(entry, "fd"))));
  }
  plan.without = textsOf(options.Get("without"));
  if (!options.Get("programs").IsUndefined()) plan.programs = textsOf(options.Get("programs"));
  auto types = options.Get("types").As<Napi::Array>();
  for (uint32_t i = 0; i < types.Length(); i++) {
    auto entry = types.Get(i).As<Napi::Object>();
    plan.types.emplace_back(textOf(entry, "name"), static_cast<int>(intOf(entry, "type")));
  }
  return plan;
}

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

Napi::Value loadObject(const Napi::CallbackInfo& info) {
  auto plan = std::make_shared<LoadPlan>(planOf(info));
  return runInPool(info.Env(), [plan]() -> Finish {
    auto loaded = std::make_shared<Loaded>(load(*plan));
    return [loaded](Napi::Env env) {
      auto result = Napi::Object::New(env);
      result["programs"] = files(env, loaded->programs);
      result["maps"] = files(env, loaded->maps);
      return result;
    };
  });
}

}  // namespace

void exportObject(Napi::Env env, Napi::Object exports) {
  EXPORT(describeObject);
  EXPORT(loadObject);
}
