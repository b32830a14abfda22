#pragma once
#include <bpf/btf.h>
#include <napi.h>

// The type as a tree of JavaScript objects (BtfType in btf.ts); undefined for no type.
Napi::Value typeTree(Napi::Env env, const btf* btf, uint32_t id);

// Adds the types of a map to an object, as "key" and "value". The map of a section (.rodata, .bss) has no key type
// but is an array, and before it is loaded no value type but the section's name.
void addMapTypes(Napi::Object& target, const btf* btf, uint32_t keyId, uint32_t valueId);
