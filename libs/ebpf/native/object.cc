#include <bpf/bpf.h>

#include <optional>

#include "arguments.h"
#include "elf.h"
#include "file.h"
#include "nouns.h"
#include "task.h"

namespace {

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

void exportObject(Napi::Env env, Napi::Object exports) { EXPORT(loadObject); }
