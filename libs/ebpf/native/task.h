#pragma once
#include <functional>
#include <string>

#include "failure.h"

// Work runs off the event loop and yields what turns its outcome into a JavaScript value, on the event loop.
// It may throw Failure, which rejects the promise.
using Finish = std::function<Napi::Value(Napi::Env)>;
using Work = std::function<Finish()>;

// In libuv's pool.
Napi::Value runInPool(Napi::Env env, Work work);

// In a thread made for it, inside the network namespace at this path ("": the process's own). Threads of the pool
// must never change their namespace: whoever ran there next would be in it.
Napi::Value runInNetns(Napi::Env env, std::string netns, Work work);

// For work without a result.
Finish nothing();
