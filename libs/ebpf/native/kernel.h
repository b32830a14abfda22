#pragma once
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

// The system call itself, for what libbpf 1.1 has no function for.
inline int bpfCall(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

inline uint64_t pointer(const void* address) { return reinterpret_cast<uintptr_t>(address); }
