#include <bpf/libbpf.h>
#include <net/if.h>

#include "arguments.h"
#include "file.h"
#include "libbpf-log.h"
#include "nouns.h"
#include "task.h"

namespace {

// A direct-action filter of a device's clsact qdisc.
struct Filter {
  std::string ifname;
  int ifindex;
  bpf_tc_attach_point point;
  uint32_t handle;
  uint32_t priority;
  File program;
};

std::shared_ptr<Filter> filterOf(const Napi::Value& value) {
  auto request = value.As<Napi::Object>();
  int program = static_cast<int>(intOf(request, "programFd"));
  return std::make_shared<Filter>(Filter{textOf(request, "ifname"), static_cast<int>(intOf(request, "ifindex")),
                                         textOf(request, "direction") == "egress" ? BPF_TC_EGRESS : BPF_TC_INGRESS,
                                         static_cast<uint32_t>(intOf(request, "handle")),
                                         static_cast<uint32_t>(intOf(request, "priority")),
                                         program < 0 ? File(-1) : File::duplicate(program)});
}

bpf_tc_hook hookOf(const Filter& filter) {
  LIBBPF_OPTS(bpf_tc_hook, hook);
  hook.ifindex = filter.ifindex != 0 ? filter.ifindex : static_cast<int>(if_nametoindex(filter.ifname.c_str()));
  if (hook.ifindex == 0) throw Failure(errno, "if_nametoindex " + filter.ifname);
  hook.attach_point = filter.point;
  return hook;
}

bpf_tc_opts optionsOf(const Filter& filter) {
  LIBBPF_OPTS(bpf_tc_opts, options);
  options.handle = filter.handle;
  options.priority = filter.priority;
  return options;
}

void require(int result, const char* call, const LibbpfLog& said) {
  if (result < 0) throw Failure(-result, call, said.lastWarning());
}

Napi::Value filterAttach(const Napi::CallbackInfo& info) {
  auto filter = filterOf(info[1]);
  return runInNetns(info.Env(), textAt(info, 0), [filter]() -> Finish {
    LibbpfLog said;
    bpf_tc_hook hook = hookOf(*filter);
    int made = bpf_tc_hook_create(&hook);
    if (made != -EEXIST) require(made, "RTM_NEWQDISC clsact", said);
    bpf_tc_opts options = optionsOf(*filter);
    options.prog_fd = filter->program.fd();
    options.flags = BPF_TC_F_REPLACE;
    require(bpf_tc_attach(&hook, &options), "RTM_NEWTFILTER", said);
    return [index = hook.ifindex](Napi::Env env) { return Napi::Number::New(env, index); };
  });
}

Napi::Value filterQuery(const Napi::CallbackInfo& info) {
  auto filter = filterOf(info[1]);
  return runInNetns(info.Env(), textAt(info, 0), [filter]() -> Finish {
    LibbpfLog said;
    bpf_tc_hook hook = hookOf(*filter);
    bpf_tc_opts options = optionsOf(*filter);
    int found = bpf_tc_query(&hook, &options);
    // EINVAL: there is no clsact qdisc.
    if (found != -ENOENT && found != -EINVAL) require(found, "RTM_GETTFILTER", said);
    uint32_t program = found == 0 ? options.prog_id : 0;
    return [index = hook.ifindex, program](Napi::Env env) {
      auto result = Napi::Object::New(env);
      result["ifindex"] = index;
      result["programId"] = program;
      return result;
    };
  });
}

Napi::Value filterDetach(const Napi::CallbackInfo& info) {
  auto filter = filterOf(info[1]);
  bool qdisc = info[2].As<Napi::Boolean>().Value();
  return runInNetns(info.Env(), textAt(info, 0), [filter, qdisc] {
    LibbpfLog said;
    bpf_tc_hook hook = hookOf(*filter);
    bpf_tc_opts options = optionsOf(*filter);
    if (qdisc) hook.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
    int gone = qdisc ? bpf_tc_hook_destroy(&hook) : bpf_tc_detach(&hook, &options);
    if (gone != -ENOENT && gone != -EINVAL) require(gone, "RTM_DELTFILTER", said);
    return nothing();
  });
}

}  // namespace

void exportFilter(Napi::Env env, Napi::Object exports) {
  EXPORT(filterAttach);
  EXPORT(filterQuery);
  EXPORT(filterDetach);
}
