#include "task.h"

#include <fcntl.h>
#include <sched.h>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
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

  void fail(int error, const char* call) { failure = Failure(error, call); }

  // In a worker thread that is being terminated every call into JavaScript fails, and nobody waits any more.
  void settle(Napi::Env env) {
    try {
      Napi::HandleScope scope(env);
      if (!failure) {
        resolve(env);
      } else {
        deferred.Reject(failure->toError(env));
      }
    } catch (const Napi::Error&) {
    }
  }

  void resolve(Napi::Env env) {
    Napi::Value value;
    try {
      value = finish(env);
    } catch (const Napi::Error& thrown) {
      deferred.Reject(thrown.Value());
      return;
    }
    deferred.Resolve(value);
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

// A task with the way back to the event loop.
struct Job {
  Pending* pending;
  Loop loop;

  void run() {
    pending->run();
    settle();
  }
  // Refused only while the environment ends: then nobody waits, and the loop is no longer ours.
  void settle() {
    if (loop.BlockingCall(pending) == napi_ok)
      loop.Release();
    else
      delete pending;
  }
};

// A thread for each task, so many at a time; the others wait. Most of their time threads wait for RCU or for the
// kernel's network lock.
class Threads {
 public:
  void add(Job job) {
    std::lock_guard lock(mutex_);
    waiting_.push_back(job);
    startWaiting();
  }

 private:
  static constexpr int kMost = 32;

  // As many as may run. Without a thread to be had they wait for one that runs to end; when none runs, they fail.
  void startWaiting() {
    while (!waiting_.empty() && running_ < kMost) {
      Job job = waiting_.front();
      int error = start(job);
      if (error == 0) {
        running_++;
      } else if (running_ == 0) {
        job.pending->fail(error, "pthread_create");
        job.settle();
      } else {
        return;
      }
      waiting_.pop_front();
    }
  }

  // This thread may be in another namespace for good, so the next task gets one of its own.
  int start(Job job) {
    try {
      std::thread([this, job]() mutable {
        job.run();
        std::lock_guard lock(mutex_);
        running_--;
        startWaiting();
      }).detach();
      return 0;
    } catch (const std::system_error& error) {
      return error.code().value();
    }
  }

  std::mutex mutex_;
  std::deque<Job> waiting_;
  int running_ = 0;
};

Threads& threads() {
  static auto* instance = new Threads;  // never destroyed: threads may outlive main
  return *instance;
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
  threads().add({pending, Loop::New(env, "ebpf", 0, 1)});
  return promise;
}

Finish nothing() {
  return [](Napi::Env env) { return env.Undefined(); };
}
