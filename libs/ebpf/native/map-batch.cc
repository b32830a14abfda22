#include <bpf/bpf.h>

#include "arguments.h"
#include "file.h"
#include "nouns.h"
#include "task.h"

namespace {

constexpr int kNotSupported = 524;  // ENOTSUPP, the kernel's own

bool withoutBatch(int error) { return error == EINVAL || error == kNotSupported || error == EOPNOTSUPP; }

// mapReadBatch(fd, cursor, first, keys, values, count) -> {count, done}
Napi::Value mapReadBatch(const Napi::CallbackInfo& info) {
  Bytes cursor = bytesAt(info, 1);
  std::vector<uint8_t> next(cursor.size);
  void* from = info[2].As<Napi::Boolean>().Value() ? nullptr : cursor.data;
  uint32_t count = uintAt(info, 5);
  int result = bpf_map_lookup_batch(intAt(info, 0), from, next.data(), bytesAt(info, 3).data, bytesAt(info, 4).data,
                                    &count, nullptr);
  if (result != 0 && errno != ENOENT) throw Failure(errno, "BPF_MAP_LOOKUP_BATCH");
  memcpy(cursor.data, next.data(), next.size());
  auto read = Napi::Object::New(info.Env());
  read["count"] = count;
  read["done"] = result != 0;
  return read;
}

void updateAll(int fd, const std::vector<uint8_t>& keys, const std::vector<uint8_t>& values, uint32_t count) {
  uint32_t done = count;
  if (bpf_map_update_batch(fd, keys.data(), values.data(), &done, nullptr) == 0) return;
  if (!withoutBatch(errno)) {
    throw Failure(errno, "BPF_MAP_UPDATE_BATCH", "after " + std::to_string(done) + " of " + std::to_string(count));
  }
  size_t keySize = keys.size() / count;
  size_t valueSize = values.size() / count;
  for (uint32_t i = 0; i < count; i++) {
    check(bpf_map_update_elem(fd, &keys[i * keySize], &values[i * valueSize], 0), "BPF_MAP_UPDATE_ELEM");
  }
}

// A batch stops at the first key that is missing: pass over it and go on.
uint32_t deleteAll(int fd, const std::vector<uint8_t>& keys, uint32_t count) {
  size_t keySize = keys.size() / count;
  uint32_t deleted = 0;
  bool batches = true;
  for (uint32_t at = 0; at < count;) {
    uint32_t done = count - at;
    if (batches) {
      if (bpf_map_delete_batch(fd, &keys[at * keySize], &done, nullptr) == 0) return deleted + done;
      batches = !withoutBatch(errno);
      if (batches && errno != ENOENT) throw Failure(errno, "BPF_MAP_DELETE_BATCH");
      if (!batches) continue;
      deleted += done;
      at += done + 1;
    } else {
      if (bpf_map_delete_elem(fd, &keys[at * keySize]) == 0)
        deleted++;
      else if (errno != ENOENT)
        throw Failure(errno, "BPF_MAP_DELETE_ELEM");
      at++;
    }
  }
  return deleted;
}

// mapUpdateBatch(fd, keys, values, count)
Napi::Value mapUpdateBatch(const Napi::CallbackInfo& info) {
  auto file = std::make_shared<File>(File::duplicate(intAt(info, 0)));
  return runInPool(info.Env(), [file, keys = copyOf(info[1]), values = copyOf(info[2]), count = uintAt(info, 3)] {
    updateAll(file->fd(), keys, values, count);
    return nothing();
  });
}

// mapDeleteBatch(fd, keys, count) -> how many were there
Napi::Value mapDeleteBatch(const Napi::CallbackInfo& info) {
  auto file = std::make_shared<File>(File::duplicate(intAt(info, 0)));
  return runInPool(info.Env(), [file, keys = copyOf(info[1]), count = uintAt(info, 2)]() -> Finish {
    uint32_t deleted = deleteAll(file->fd(), keys, count);
    return [deleted](Napi::Env env) { return Napi::Number::New(env, deleted); };
  });
}

}  // namespace

void exportMapBatch(Napi::Env env, Napi::Object exports) {
  EXPORT(mapReadBatch);
  EXPORT(mapUpdateBatch);
  EXPORT(mapDeleteBatch);
}
