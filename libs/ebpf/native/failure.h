#pragma once
#include <napi.h>

#include <stdexcept>
#include <string>

// What the kernel or libbpf refused: becomes a JavaScript Error with errno, call, log and program.
struct Failure : std::runtime_error {
  Failure(int error, std::string call, const std::string& message = "");
  Napi::Value toError(Napi::Env env) const;
  [[noreturn]] void raise(Napi::Env env) const;

  int error;  // positive errno
  std::string call;
  std::string log;  // the verifier's
  std::string program;
};

// The value, or the Failure that errno describes.
int check(int value, const char* call);
