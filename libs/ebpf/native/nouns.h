#pragma once
#include <napi.h>

// Each file exports the functions of one noun.
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

// Exports a function under its name.
#define EXPORT(function) exports.Set(#function, Napi::Function::New<function>(env, #function))
