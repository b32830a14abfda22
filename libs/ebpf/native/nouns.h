#pragma once
#include <napi.h>

#include "failure.h"

// Each file exports the functions of one noun.
void exportSpec(Napi::Env env, Napi::Object exports);
void exportObject(Napi::Env env, Napi::Object exports);
void exportMap(Napi::Env env, Napi::Object exports);
void exportMapBatch(Napi::Env env, Napi::Object exports);
void exportProgram(Napi::Env env, Napi::Object exports);
void exportLink(Napi::Env env, Napi::Object exports);
void exportFilter(Napi::Env env, Napi::Object exports);
void exportDescriptor(Napi::Env env, Napi::Object exports);
void exportRing(Napi::Env env, Napi::Object exports);
void exportNetlink(Napi::Env env, Napi::Object exports);
void exportNetns(Napi::Env env, Napi::Object exports);
void exportMount(Napi::Env env, Napi::Object exports);
void exportLock(Napi::Env env, Napi::Object exports);

// A function as JavaScript may call it: what it throws becomes a JavaScript error.
template <Napi::Value (*function)(const Napi::CallbackInfo&)>
Napi::Value callable(const Napi::CallbackInfo& info) {
  try {
    return function(info);
  } catch (const Failure& failure) {
    failure.raise(info.Env());
  }
}

// Exports a function under its name.
#define EXPORT(function) exports.Set(#function, Napi::Function::New<callable<function>>(env, #function))
