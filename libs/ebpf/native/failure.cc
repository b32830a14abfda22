#include "failure.h"

#include <cerrno>
#include <cstring>

namespace {
std::string describe(int error, const std::string& message) {
  if (!message.empty()) return message;
  return error == 524 ? "not supported" : strerror(error);
}
}  // namespace

Failure::Failure(int error, std::string call, const std::string& message)
    : std::runtime_error(describe(error, message)), error(error), call(std::move(call)) {}

Napi::Value Failure::toError(Napi::Env env) const {
  Napi::Object value = Napi::Error::New(env, what()).Value();
  value["errno"] = error;
  value["call"] = call;
  if (!log.empty()) value["log"] = log;
  if (!program.empty()) value["program"] = program;
  return value;
}

void Failure::raise(Napi::Env env) const { throw Napi::Error(env, toError(env)); }

int check(int value, const char* call) {
  if (value < 0) throw Failure(errno, call);
  return value;
}
