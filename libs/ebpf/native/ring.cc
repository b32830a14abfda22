#include <bpf/libbpf.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "arguments.h"
#include "file.h"
#include "libbpf-log.h"
#include "nouns.h"
#include "task.h"

namespace {

constexpr size_t kBatchRecords = 8192;
constexpr size_t kBatchBytes = 4 << 20;

struct Batch {
  std::vector<uint8_t> bytes;
  std::vector<uint32_t> lengths;

  bool full() const { return lengths.size() >= kBatchRecords || bytes.size() >= kBatchBytes; }
};

void deliverOnLoop(Napi::Env env, Napi::Function deliver, void*, Batch* raw) {
  std::unique_ptr<Batch> batch(raw);
  if (env == nullptr) return;
  try {
    auto lengths = Napi::Uint32Array::New(env, batch->lengths.size());
    memcpy(lengths.Data(), batch->lengths.data(), batch->lengths.size() * sizeof(uint32_t));
    deliver.Call({toBytes(env, batch->bytes.data(), batch->bytes.size()), lengths});
  } catch (const Napi::Error&) {
    // The worker thread is being terminated.
  }
}

using Loop = Napi::TypedThreadSafeFunction<void, Batch, deliverOnLoop>;

// A thread that looks into the ring now and then: woken for each record, the producers would be slower by half. Once it
// runs, the thread alone uses the way to the event loop, and gives it up at its end.
class Consumer {
 public:
  Consumer(Loop loop, int fd, int intervalMs) : loop_(loop), file_(File::duplicate(fd)), interval_(intervalMs) {
    LibbpfLog said;
    ring_ = ring_buffer__new(file_.fd(), add, this, nullptr);
    if (ring_ == nullptr) throw Failure(errno, "ring_buffer__new", said.lastWarning());
    thread_ = std::thread([this] { run(); });
  }

  ~Consumer() {
    stop();
    ring_buffer__free(ring_);
  }

  // The consumer of the last batch has it; one batch is on its way at a time.
  void taken() {
    std::lock_guard lock(mutex_);
    delivered_ = false;
    changed_.notify_one();
  }

  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
      changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  static int add(void* context, void* data, size_t size) {
    Batch& batch = *static_cast<Consumer*>(context)->batch_;
    auto* bytes = static_cast<uint8_t*>(data);
    batch.bytes.insert(batch.bytes.end(), bytes, bytes + size);
    batch.lengths.push_back(size);
    // A negative result stops the reading; this record is taken.
    return batch.full() ? -E2BIG : 0;
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (!stopped_) {
      if (delivered_) {
        changed_.wait(lock);
        continue;
      }
      lock.unlock();
      batch_ = std::make_unique<Batch>();
      ring_buffer__consume(ring_);
      bool full = batch_->full();
      bool any = !batch_->lengths.empty();
      lock.lock();
      if (any) {
        delivered_ = true;
        // Refused only while the environment ends: then the loop is no longer ours.
        if (loop_.BlockingCall(batch_.get()) != napi_ok) return;
        static_cast<void>(batch_.release());
      }
      if (!full && !stopped_) changed_.wait_for(lock, interval_, [this] { return stopped_; });
    }
    loop_.Release();
  }

  Loop loop_;
  File file_;
  ring_buffer* ring_ = nullptr;
  std::chrono::milliseconds interval_;
  std::unique_ptr<Batch> batch_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool delivered_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

class Ring : public Napi::ObjectWrap<Ring> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Ring", {InstanceMethod<&Ring::taken>("taken"), InstanceMethod<&Ring::close>("close")});
  }

  // new Ring(fd, intervalMs, deliver)
  explicit Ring(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    Loop loop = Loop::New(info.Env(), info[2].As<Napi::Function>(), "ring", 0, 1);
    try {
      consumer_ = std::make_shared<Consumer>(loop, intAt(info, 0), intAt(info, 1));
      // Before the environment ends and takes the loop with it. Finalizers run when it is too late.
      info.Env().AddCleanupHook([left = std::weak_ptr(consumer_)] {
        if (auto consumer = left.lock()) consumer->stop();
      });
    } catch (const Failure& failure) {
      loop.Release();
      failure.raise(info.Env());
    }
  }

 private:
  Napi::Value taken(const Napi::CallbackInfo& info) {
    if (consumer_ != nullptr) consumer_->taken();
    return info.Env().Undefined();
  }

  Napi::Value close(const Napi::CallbackInfo& info) {
    auto consumer = std::exchange(consumer_, nullptr);
    return runInPool(info.Env(), [consumer] {
      if (consumer != nullptr) consumer->stop();
      return nothing();
    });
  }

  std::shared_ptr<Consumer> consumer_;
};

}  // namespace

void exportRing(Napi::Env env, Napi::Object exports) { exports.Set("Ring", Ring::define(env)); }
