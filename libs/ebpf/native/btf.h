#pragma once
#include <bpf/btf.h>
#include <napi.h>

// The type as a tree of JavaScript objects (BtfType in btf.ts); undefined for no type.
Napi::Value typeTree(Napi::Env env, const btf* btf, uint32_t id);
