#include "btf.h"

namespace {

Napi::Object node(Napi::Env env, const char* kind, const char* name, int64_t size) {
  auto object = Napi::Object::New(env);
  object["kind"] = kind;
  object["name"] = name;
  object["size"] = static_cast<double>(size);
  return object;
}

Napi::Object integer(Napi::Env env, const char* name, int64_t size, bool isSigned, bool isBool) {
  auto object = node(env, "int", name, size);
  object["signed"] = isSigned;
  object["bool"] = isBool;
  return object;
}

Napi::Value array(Napi::Env env, const btf* btf, const btf_type* type, int64_t size) {
  auto object = node(env, "array", "", size);
  object["of"] = typeTree(env, btf, btf_array(type)->type);
  object["count"] = btf_array(type)->nelems;
  return object;
}

Napi::Value structure(Napi::Env env, const btf* btf, const btf_type* type, const char* name) {
  auto object = node(env, btf_is_union(type) ? "union" : "struct", name, type->size);
  auto members = Napi::Array::New(env);
  for (uint32_t i = 0; i < btf_vlen(type); i++) {
    const btf_member* member = btf_members(type) + i;
    // A bit field has no address; a struct that has one is passed through as bytes.
    if (btf_member_bitfield_size(type, i) != 0) return node(env, "opaque", name, type->size);
    auto entry = Napi::Object::New(env);
    entry["name"] = btf__name_by_offset(btf, member->name_off);
    entry["offset"] = btf_member_bit_offset(type, i) / 8;
    entry["type"] = typeTree(env, btf, member->type);
    members[i] = entry;
  }
  object["members"] = members;
  return object;
}

Napi::Value section(Napi::Env env, const btf* btf, const btf_type* type, const char* name) {
  auto object = node(env, "struct", name, type->size);
  auto members = Napi::Array::New(env);
  for (uint32_t i = 0; i < btf_vlen(type); i++) {
    const btf_var_secinfo* place = btf_var_secinfos(type) + i;
    const btf_type* variable = btf__type_by_id(btf, place->type);
    auto entry = Napi::Object::New(env);
    entry["name"] = btf__name_by_offset(btf, variable->name_off);
    entry["offset"] = place->offset;
    entry["type"] = typeTree(env, btf, variable->type);
    members[i] = entry;
  }
  object["members"] = members;
  return object;
}

}  // namespace

Napi::Value typeTree(Napi::Env env, const btf* btf, uint32_t id) {
  if (id == 0) return env.Undefined();
  int64_t size = btf__resolve_size(btf, id);
  const btf_type* type = btf__type_by_id(btf, id);
  while (type != nullptr && (btf_is_mod(type) || btf_is_typedef(type))) type = btf__type_by_id(btf, type->type);
  if (type == nullptr) return env.Undefined();
  const char* name = btf__name_by_offset(btf, type->name_off);
  switch (btf_kind(type)) {
    case BTF_KIND_INT:
      return integer(env, name, size, (btf_int_encoding(type) & BTF_INT_SIGNED) != 0,
                     (btf_int_encoding(type) & BTF_INT_BOOL) != 0);
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
      return integer(env, name, size, btf_kflag(type), false);
    case BTF_KIND_PTR:
      return integer(env, "pointer", size, false, false);
    case BTF_KIND_ARRAY:
      return array(env, btf, type, size);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
      return structure(env, btf, type, name);
    case BTF_KIND_DATASEC:
      return section(env, btf, type, name);
    default:
      return node(env, "opaque", name, size < 0 ? 0 : size);
  }
}

void addMapTypes(Napi::Object& target, const btf* btf, uint32_t keyId, uint32_t valueId) {
  Napi::Env env = target.Env();
  const btf_type* value = valueId == 0 ? nullptr : btf__type_by_id(btf, valueId);
  bool isSection = keyId == 0 && value != nullptr && btf_is_datasec(value);
  target["key"] = isSection ? integer(env, "index", 4, false, false) : typeTree(env, btf, keyId);
  target["value"] = typeTree(env, btf, valueId);
}
