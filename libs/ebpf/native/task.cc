#include "task.h"

#include <fcntl.h>
#include <sched.h>

#include <memory>
#include <optional>
#include <thread>

#include "file.h"

namespace {

// A promise, and what becomes of it.
struct Pending {
  explicit Pending(Napi::Env env, Work work) : deferred(env), work(std::move(work)) {}

  void run() {
    try {
      finish = work();
    } catch (const Failure& thrown) {
      failure = thrown;
    } catch (const std::exception& thrown) {
      failure = Failure(EIO, "addon", thrown.what());
    }
  }

  void settle(Napi::Env env) {
    try {
      if (failure)
        deferred.Reject(failure->toError(env));
      else
        deferred.Resolve(finish(env));
    } catch (const Napi::Error& thrown) {
      deferred.Reject(thrown.Value());
    }
  }

  Napi::Promise::Deferred deferred;
  Work work;
  Finish finish;
  std::optional<Failure> failure;
};

class PoolTask : public Napi::AsyncWorker {
 public:
  PoolTask(Napi::Env env, Work work) : AsyncWorker(env), pending_(env, std::move(work)) {}
  Napi::Value promise() { return pending_.deferred.Promise(); }
  void Execute() override { pending_.run(); }
  void OnOK() override { pending_.settle(Env()); }

 private:
  Pending pending_;
};

void settleOnLoop(Napi::Env env, Napi::Function, void*, Pending* raw) {
  std::unique_ptr<Pending> pending(raw);
  if (env != nullptr) pending->settle(env);
}

using Loop = Napi::TypedThreadSafeFunction<void, Pending, settleOnLoop>;

void enter(const std::string& netns) {
  if (netns.empty()) return;
  File file(check(open(netns.c_str(), O_RDONLY | O_CLOEXEC), ("open " + netns).c_str()));
  check(setns(file.fd(), CLONE_NEWNET), ("setns " + netns).c_str());
}

}  // namespace

Napi::Value runInPool(Napi::Env env, Work work) {
  auto* task = new PoolTask(env, std::move(work));  // deletes itself
  Napi::Value promise = task->promise();
  task->Queue();
  return promise;
}

Napi::Value runInNetns(Napi::Env env, std::string netns, Work work) {
  auto* pending = new Pending(env, [netns = std::move(netns), work = std::move(work)] {
    enter(netns);
    return work();
  });
  Napi::Value promise = pending->deferred.Promise();
  Loop loop = Loop::New(env, "ebpf", 0, 1);
  std::thread([pending, loop]() mutable {
    pending->run();
    // Refused only while the process ends; then nobody waits for it.
    loop.BlockingCall(pending);
    loop.Release();
  }).detach();
  return promise;
}

Finish nothing() {
  return [](Napi::Env env) { return env.Undefined(); };
}
