#include "elf.h"

#include <cerrno>

#include "failure.h"

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

// libbpf puts the object's name before ".rodata".
std::string nameOf(const bpf_map* map) {
  std::string name = bpf_map__name(map);
  size_t dot = name.find('.');
  return bpf_map__is_internal(map) && dot != std::string::npos ? name.substr(dot) : name;
}

void guessType(bpf_program* program) {
  if (bpf_program__type(program) != BPF_PROG_TYPE_UNSPEC) return;
  std::string section = bpf_program__section_name(program);
  if (section.rfind("tcx/", 0) == 0 || section.rfind("tc/", 0) == 0) {
    bpf_program__set_type(program, BPF_PROG_TYPE_SCHED_CLS);
  }
}
