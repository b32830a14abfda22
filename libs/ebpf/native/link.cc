#include <bpf/bpf.h>
#include <net/if.h>

#include "arguments.h"
#include "file.h"
#include "kernel.h"
#include "nouns.h"
#include "task.h"

namespace {

struct LinkRequest {
  File program;
  std::string ifname;
  uint32_t ifindex;
  std::string cgroup;
  uint32_t attachType;
  uint32_t flags;
};

uint32_t deviceOf(const LinkRequest& request) {
  if (request.ifindex != 0) return request.ifindex;
  uint32_t index = if_nametoindex(request.ifname.c_str());
  if (index == 0) throw Failure(errno, "if_nametoindex " + request.ifname);
  return index;
}

int create(const LinkRequest& request) {
  bpf_attr attributes{};
  std::string target = request.ifname.empty() ? std::to_string(request.ifindex) : request.ifname;
  File cgroup(-1);
  if (!request.cgroup.empty()) {
    target = request.cgroup;
    cgroup = File(check(open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), ("open " + target).c_str()));
    attributes.link_create.target_fd = cgroup.fd();
  } else {
    attributes.link_create.target_ifindex = deviceOf(request);
  }
  attributes.link_create.prog_fd = request.program.fd();
  attributes.link_create.attach_type = request.attachType;
  attributes.link_create.flags = request.flags;
  return check(bpfCall(BPF_LINK_CREATE, attributes), ("BPF_LINK_CREATE " + target).c_str());
}

// linkCreate(netns, request) -> descriptor
Napi::Value linkCreate(const Napi::CallbackInfo& info) {
  auto options = info[1].As<Napi::Object>();
  auto request = std::make_shared<LinkRequest>(LinkRequest{
      File::duplicate(static_cast<int>(intOf(options, "programFd"))), textOf(options, "ifname"),
      static_cast<uint32_t>(intOf(options, "ifindex")), textOf(options, "cgroup"),
      static_cast<uint32_t>(intOf(options, "attachType")), static_cast<uint32_t>(intOf(options, "flags"))});
  return runInNetns(info.Env(), textAt(info, 0), [request]() -> Finish {
    auto link = std::make_shared<File>(create(*request));
    return [link](Napi::Env env) { return Napi::Number::New(env, link->release()); };
  });
}

void update(int link, int program, int expected) {
  bpf_attr attributes{};
  attributes.link_update.link_fd = link;
  attributes.link_update.new_prog_fd = program;
  if (expected >= 0) {
    attributes.link_update.old_prog_fd = expected;
    attributes.link_update.flags = BPF_F_REPLACE;
  }
  check(bpfCall(BPF_LINK_UPDATE, attributes), "BPF_LINK_UPDATE");
}

Napi::Value linkUpdate(const Napi::CallbackInfo& info) {
  update(intAt(info, 0), intAt(info, 1), intAt(info, 2));
  return info.Env().Undefined();
}

Napi::Value linkUpdateAsync(const Napi::CallbackInfo& info) {
  auto link = std::make_shared<File>(File::duplicate(intAt(info, 0)));
  auto program = std::make_shared<File>(File::duplicate(intAt(info, 1)));
  int expected = intAt(info, 2);
  auto old = std::make_shared<File>(expected < 0 ? File(-1) : File::duplicate(expected));
  return runInNetns(info.Env(), "", [link, program, old] {
    update(link->fd(), program->fd(), old->fd());
    return nothing();
  });
}

Napi::Value linkDetach(const Napi::CallbackInfo& info) {
  auto link = std::make_shared<File>(File::duplicate(intAt(info, 0)));
  return runInNetns(info.Env(), "", [link] {
    check(bpf_link_detach(link->fd()), "BPF_LINK_DETACH");
    return nothing();
  });
}

Napi::Value linkInfo(const Napi::CallbackInfo& info) {
  bpf_link_info link{};
  uint32_t length = sizeof link;
  if (bpf_obj_get_info_by_fd(intAt(info, 0), &link, &length) != 0) {
    throw Failure(errno, "BPF_OBJ_GET_INFO_BY_FD link");
  }
  auto result = Napi::Object::New(info.Env());
  bool cgroup = link.type == BPF_LINK_TYPE_CGROUP;
  result["type"] = link.type;
  result["id"] = link.id;
  result["programId"] = link.prog_id;
  // tcx {ifindex, attach_type} has the layout of netns {netns_ino, attach_type}, which older headers know.
  result["ifindex"] = cgroup ? 0 : link.xdp.ifindex;
  result["attachType"] = cgroup ? link.cgroup.attach_type : link.netns.attach_type;
  result["cgroupId"] = Napi::BigInt::New(info.Env(), cgroup ? static_cast<uint64_t>(link.cgroup.cgroup_id) : 0);
  return result;
}

}  // namespace

void exportLink(Napi::Env env, Napi::Object exports) {
  EXPORT(linkCreate);
  EXPORT(linkUpdate);
  EXPORT(linkUpdateAsync);
  EXPORT(linkDetach);
  EXPORT(linkInfo);
}
