#include <bpf/bpf.h>

#include <algorithm>

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

struct Entries {
  std::vector<uint8_t> keys;
  std::vector<uint8_t> values;
  uint32_t count = 0;
};

// One system call an entry, and one to find it: for kinds of maps that have no batches.
void walk(int fd, size_t keySize, size_t valueBytes, uint32_t most, Entries& all) {
  std::vector<uint8_t> key(keySize);
  std::vector<uint8_t> value(valueBytes);
  const void* last = nullptr;
  // A key that goes away meanwhile sends the walk back to the start: it must end all the same.
  for (uint32_t seen = 0; seen < most && bpf_map_get_next_key(fd, last, key.data()) == 0; seen++) {
    last = key.data();
    if (bpf_map_lookup_elem(fd, key.data(), value.data()) != 0) {
      if (errno != ENOENT) throw Failure(errno, "BPF_MAP_LOOKUP_ELEM");
      continue;
    }
    all.keys.insert(all.keys.end(), key.begin(), key.end());
    all.values.insert(all.values.end(), value.begin(), value.end());
    all.count++;
  }
}

// False when the map has no batches, or changes too fast for them.
bool readBatches(int fd, size_t keySize, size_t valueBytes, uint32_t most, Entries& all) {
  std::vector<uint8_t> cursor(std::max<size_t>(keySize, sizeof(uint32_t)));
  std::vector<uint8_t> next(cursor.size());
  uint32_t room = std::clamp<uint32_t>(most, 1, 4096);
  for (void* from = nullptr;;) {
    uint32_t count = room;
    all.keys.resize((all.count + room) * keySize);
    all.values.resize((all.count + room) * valueBytes);
    int result = bpf_map_lookup_batch(fd, from, next.data(), &all.keys[all.count * keySize],
                                      &all.values[all.count * valueBytes], &count, nullptr);
    int error = result == 0 ? 0 : errno;
    if (error == ENOSPC) {
      room *= 2;  // one bucket of the hash holds more than that
      continue;
    }
    if (withoutBatch(error) || error == EINTR) return false;
    if (error != 0 && error != ENOENT) throw Failure(error, "BPF_MAP_LOOKUP_BATCH");
    all.count += count;
    if (error == ENOENT) break;
    cursor.swap(next);
    from = cursor.data();
  }
  all.keys.resize(all.count * keySize);
  all.values.resize(all.count * valueBytes);
  return true;
}

// mapReadAll(fd, keySize, valueBytes, maxEntries) -> {count, keys, values}
Napi::Value mapReadAll(const Napi::CallbackInfo& info) {
  auto file = std::make_shared<File>(File::duplicate(intAt(info, 0)));
  auto read = [file, keySize = uintAt(info, 1), valueBytes = uintAt(info, 2), most = uintAt(info, 3)]() -> Finish {
    auto all = std::make_shared<Entries>();
    if (!readBatches(file->fd(), keySize, valueBytes, most, *all)) {
      *all = Entries();
      walk(file->fd(), keySize, valueBytes, most, *all);
    }
    return [all](Napi::Env env) {
      auto result = Napi::Object::New(env);
      result["count"] = all->count;
      result["keys"] = toBytes(env, all->keys.data(), all->keys.size());
      result["values"] = toBytes(env, all->values.data(), all->values.size());
      return result;
    };
  };
  return runInPool(info.Env(), read);
}

}  // namespace

void exportMapBatch(Napi::Env env, Napi::Object exports) {
  EXPORT(mapReadBatch);
  EXPORT(mapReadAll);
  EXPORT(mapUpdateBatch);
  EXPORT(mapDeleteBatch);
}
