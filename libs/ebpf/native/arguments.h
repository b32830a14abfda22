#pragma once
#include <napi.h>

#include <cstdint>
#include <string>
#include <vector>

// Reading arguments. The TypeScript side checks types; these only convert.

inline int intAt(const Napi::CallbackInfo& info, size_t index) { return info[index].As<Napi::Number>().Int32Value(); }

inline uint32_t uintAt(const Napi::CallbackInfo& info, size_t index) {
  return info[index].As<Napi::Number>().Uint32Value();
}

inline int64_t int64At(const Napi::CallbackInfo& info, size_t index) {
  return info[index].As<Napi::Number>().Int64Value();
}

inline std::string textAt(const Napi::CallbackInfo& info, size_t index) {
  return info[index].As<Napi::String>().Utf8Value();
}

struct Bytes {
  uint8_t* data;
  size_t size;
};

inline Bytes bytesOf(const Napi::Value& value) {
  auto array = value.As<Napi::Uint8Array>();
  return {array.Data(), array.ByteLength()};
}

inline Bytes bytesAt(const Napi::CallbackInfo& info, size_t index) { return bytesOf(info[index]); }

inline std::vector<uint8_t> copyOf(const Napi::Value& value) {
  auto [data, size] = bytesOf(value);
  return {data, data + size};
}

inline Napi::Uint8Array toBytes(Napi::Env env, const void* data, size_t size) {
  auto array = Napi::Uint8Array::New(env, size);
  if (size != 0) memcpy(array.Data(), data, size);
  return array;
}

// A property, or what stands in when it is undefined.
inline std::string textOf(const Napi::Object& object, const char* name, const char* otherwise = "") {
  Napi::Value value = object.Get(name);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : otherwise;
}

inline int64_t intOf(const Napi::Object& object, const char* name, int64_t otherwise = 0) {
  Napi::Value value = object.Get(name);
  return value.IsNumber() ? value.As<Napi::Number>().Int64Value() : otherwise;
}
