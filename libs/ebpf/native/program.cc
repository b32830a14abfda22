#include <bpf/bpf.h>

#include "arguments.h"
#include "file.h"
#include "nouns.h"
#include "task.h"

namespace {

std::string hex(const uint8_t* bytes, size_t size) {
  std::string text;
  for (size_t i = 0; i < size; i++) {
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
}

Napi::Value programInfo(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  uint32_t maps[256];
  bpf_prog_info program{};
  program.map_ids = reinterpret_cast<uintptr_t>(maps);
  program.nr_map_ids = std::size(maps);
  uint32_t length = sizeof program;
  if (bpf_obj_get_info_by_fd(intAt(info, 0), &program, &length) != 0) {
    throw Failure(errno, "BPF_OBJ_GET_INFO_BY_FD program");
  }
  auto mapIds = Napi::Array::New(env);
  for (uint32_t i = 0; i < std::min<uint32_t>(program.nr_map_ids, std::size(maps)); i++) mapIds[i] = maps[i];
  auto result = Napi::Object::New(env);
  result["id"] = program.id;
  result["type"] = program.type;
  result["name"] = static_cast<const char*>(program.name);
  result["tag"] = hex(program.tag, sizeof program.tag);
  result["xlatedBytes"] = program.xlated_prog_len;
  result["jitedBytes"] = program.jited_prog_len;
  result["mapIds"] = mapIds;
  result["loadedNs"] = Napi::BigInt::New(env, static_cast<uint64_t>(program.load_time));
  result["verifiedInstructions"] = program.verified_insns;
  result["runCount"] = Napi::BigInt::New(env, static_cast<uint64_t>(program.run_cnt));
  result["runTimeNs"] = Napi::BigInt::New(env, static_cast<uint64_t>(program.run_time_ns));
  return result;
}

struct TestRun {
  File file;
  std::vector<uint8_t> data;
  std::vector<uint8_t> context;
  int repeat;
  std::vector<uint8_t> out;
  uint32_t retval = 0;
  uint32_t durationNs = 0;
};

void run(TestRun& test) {
  test.out.resize(test.data.size() + 512);  // room for headers that the program adds
  LIBBPF_OPTS(bpf_test_run_opts, options);
  options.data_in = test.data.data();
  options.data_size_in = test.data.size();
  options.data_out = test.out.data();
  options.data_size_out = test.out.size();
  options.repeat = test.repeat;
  if (!test.context.empty()) {
    options.ctx_in = test.context.data();
    options.ctx_size_in = test.context.size();
    options.ctx_out = test.context.data();
    options.ctx_size_out = test.context.size();
  }
  if (bpf_prog_test_run_opts(test.file.fd(), &options) != 0) throw Failure(errno, "BPF_PROG_TEST_RUN");
  test.out.resize(options.data_size_out);
  test.retval = options.retval;
  test.durationNs = options.duration;
}

// programTestRun(fd, netns, data, context, repeat)
Napi::Value programTestRun(const Napi::CallbackInfo& info) {
  auto test = std::make_shared<TestRun>(
      TestRun{File::duplicate(intAt(info, 0)), copyOf(info[2]), {}, intAt(info, 4), {}});
  if (!info[3].IsUndefined()) test->context = copyOf(info[3]);
  std::string netns = textAt(info, 1);
  Work work = [test]() -> Finish {
    run(*test);
    return [test](Napi::Env env) {
      auto result = Napi::Object::New(env);
      result["retval"] = test->retval;
      result["data"] = toBytes(env, test->out.data(), test->out.size());
      if (!test->context.empty()) result["context"] = toBytes(env, test->context.data(), test->context.size());
      result["durationNs"] = test->durationNs;
      return result;
    };
  };
  return netns.empty() ? runInPool(info.Env(), work) : runInNetns(info.Env(), netns, work);
}

}  // namespace

void exportProgram(Napi::Env env, Napi::Object exports) {
  EXPORT(programInfo);
  EXPORT(programTestRun);
}
