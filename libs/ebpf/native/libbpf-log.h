#pragma once
#include <string>

// What libbpf says while this exists goes here instead of to stderr, for the thread that made it.
class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;

  // The last warning, without "libbpf: " and line end.
  std::string lastWarning() const;
  // The program that libbpf says it could not load; "" when it does not say.
  std::string refusedProgram() const;

 private:
  std::string text_;
};
