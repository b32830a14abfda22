#pragma once
#include <bpf/libbpf.h>

#include <memory>
#include <string>

#include "libbpf-log.h"

struct CloseObject {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
};
using Object = std::unique_ptr<bpf_object, CloseObject>;

constexpr size_t kLogBytes = 16 << 20;  // only the pages that are written cost anything

// Reads an object. With `log`, of kLogBytes, the verifier's words go there. Throws Failure.
Object openObject(const void* elf, size_t size, const std::string& name, char* log, LibbpfLog& said);

// A map's name in the source; that of a section's map is the section's.
std::string nameOf(const bpf_map* map);

// Gives types to programs of sections that this libbpf is too old to know.
void guessType(bpf_program* program);
