#include "libbpf-log.h"

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstdio>
#include <mutex>

namespace {

thread_local std::string* sink = nullptr;

int print(enum libbpf_print_level level, const char* format, va_list arguments) {
  if (sink == nullptr || level != LIBBPF_WARN) return 0;
  char line[1024];
  int length = vsnprintf(line, sizeof line, format, arguments);
  if (length > 0) sink->append(line);
  return 0;
}

}  // namespace

LibbpfLog::LibbpfLog() {
  static std::once_flag once;
  std::call_once(once, [] { libbpf_set_print(print); });
  sink = &text_;
}

LibbpfLog::~LibbpfLog() { sink = nullptr; }

std::string LibbpfLog::lastWarning() const {
  // The later lines say only that loading the object failed.
  size_t start = 0;
  std::string best;
  while (start < text_.size()) {
    size_t end = text_.find('\n', start);
    if (end == std::string::npos) end = text_.size();
    std::string line = text_.substr(start, end - start);
    start = end + 1;
    if (line.rfind("libbpf: ", 0) == 0) line.erase(0, 8);
    bool vague = line.rfind("failed to load object", 0) == 0 || line.find("-- BEGIN PROG LOAD LOG") != std::string::npos;
    if (!line.empty() && !(vague && !best.empty())) best = line;
  }
  return best;
}

std::string LibbpfLog::refusedProgram() const {
  size_t said = text_.find("BPF program load failed");
  if (said == std::string::npos) return "";
  size_t start = text_.rfind("prog '", said);
  if (start == std::string::npos) return "";
  start += 6;
  return text_.substr(start, text_.find('\'', start) - start);
}
