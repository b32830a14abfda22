#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "arguments.h"
#include "ethtool.h"
#include "file.h"
#include "nouns.h"
#include "task.h"

namespace {

// A place in a message that gets a device's index or a namespace's descriptor once the thread is where it belongs.
struct Patch {
  uint32_t offset;
  std::string ifname;
  std::string netns;
};

struct Request {
  std::string call;
  std::vector<uint8_t> message;
  std::vector<Patch> patches;
  std::string sysctl;
  std::optional<std::string> value;
  std::string ifname;
  std::string feature;
  std::vector<int> tolerate;
};

struct Reply {
  std::vector<std::vector<uint8_t>> messages;
  std::optional<std::string> value;
};

class Socket {
 public:
  Socket() : file_(check(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "socket AF_NETLINK")) {
    int on = 1;
    setsockopt(file_.fd(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
    setsockopt(file_.fd(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
  }

  // Sends one message and collects what comes back until it is acknowledged or done. Throws the kernel's error. A dump
  // during which something changed may lack entries or have them twice, so it is made again.
  Reply exchange(const std::string& call, std::vector<uint8_t>& message) {
    for (int dump = 0; dump < kMostDumps; dump++) {
      auto* header = reinterpret_cast<nlmsghdr*>(message.data());
      header->nlmsg_len = message.size();
      header->nlmsg_seq = ++sequence_;
      interrupted_ = false;
      check(static_cast<int>(send(file_.fd(), message.data(), message.size(), 0)), call.c_str());
      Reply reply;
      while (!receive(call, reply)) {
      }
      if (!interrupted_) return reply;
    }
    throw Failure(EINTR, call, "something changed during each of " + std::to_string(kMostDumps) + " dumps");
  }

 private:
  static constexpr int kMostDumps = 32;

  // True when nothing more comes.
  bool receive(const std::string& call, Reply& reply) {
    ssize_t size = check(static_cast<int>(recv(file_.fd(), buffer_.data(), buffer_.size(), 0)), call.c_str());
    auto* message = reinterpret_cast<nlmsghdr*>(buffer_.data());
    for (; NLMSG_OK(message, size); message = NLMSG_NEXT(message, size)) {
      if (message->nlmsg_seq != sequence_) continue;
      if ((message->nlmsg_flags & NLM_F_DUMP_INTR) != 0) interrupted_ = true;
      if (message->nlmsg_type == NLMSG_DONE) {
        // A dump that failed after it began says so only here.
        int error = 0;
        if (message->nlmsg_len >= NLMSG_LENGTH(sizeof error)) memcpy(&error, NLMSG_DATA(message), sizeof error);
        if (error < 0) throw Failure(-error, call, explanation(message, sizeof error));
        return true;
      }
      if (message->nlmsg_type == NLMSG_ERROR) {
        auto* error = static_cast<nlmsgerr*>(NLMSG_DATA(message));
        if (error->error != 0) throw Failure(-error->error, call, explanation(message, echoedBy(message)));
        return true;
      }
      auto* bytes = reinterpret_cast<uint8_t*>(message);
      reply.messages.emplace_back(bytes, bytes + message->nlmsg_len);
    }
    return false;
  }

  // Bytes of an error message before its attributes: the error, and the request or only its header.
  static size_t echoedBy(nlmsghdr* message) {
    auto* error = static_cast<nlmsgerr*>(NLMSG_DATA(message));
    bool capped = (message->nlmsg_flags & NLM_F_CAPPED) != 0;
    return sizeof *error + (capped ? 0 : error->msg.nlmsg_len - sizeof(nlmsghdr));
  }

  // The kernel's sentence about the error, if it has one (NETLINK_EXT_ACK), after so many bytes of the payload.
  static std::string explanation(nlmsghdr* message, size_t before) {
    if ((message->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return "";
    auto* payload = static_cast<uint8_t*>(NLMSG_DATA(message));
    auto* attribute = reinterpret_cast<rtattr*>(payload + NLMSG_ALIGN(before));
    auto rest = static_cast<int>(reinterpret_cast<uint8_t*>(message) + message->nlmsg_len -
                                 reinterpret_cast<uint8_t*>(attribute));
    for (; RTA_OK(attribute, rest); attribute = RTA_NEXT(attribute, rest)) {
      if (attribute->rta_type == NLMSGERR_ATTR_MSG) return static_cast<const char*>(RTA_DATA(attribute));
    }
    return "";
  }

  File file_;
  uint32_t sequence_ = 0;
  bool interrupted_ = false;
  std::vector<uint8_t> buffer_ = std::vector<uint8_t>(64 << 10);
};

// Fills in the places; the descriptors must live until the message is sent.
std::vector<File> patch(Request& request) {
  std::vector<File> files;
  for (const Patch& patch : request.patches) {
    uint32_t value;
    if (!patch.netns.empty()) {
      files.emplace_back(check(open(patch.netns.c_str(), O_RDONLY | O_CLOEXEC), ("open " + patch.netns).c_str()));
      value = files.back().fd();
    } else {
      value = if_nametoindex(patch.ifname.c_str());
      if (value == 0) throw Failure(ENODEV, request.call, "no device " + patch.ifname);
    }
    memcpy(&request.message.at(patch.offset), &value, sizeof value);
  }
  return files;
}

Reply sysctl(const Request& request) {
  std::string path = "/proc/sys/" + request.sysctl;
  File file(check(open(path.c_str(), (request.value ? O_WRONLY : O_RDONLY) | O_CLOEXEC), path.c_str()));
  Reply reply;
  if (request.value) {
    check(static_cast<int>(write(file.fd(), request.value->data(), request.value->size())), path.c_str());
    return reply;
  }
  char text[4096];
  ssize_t size = check(static_cast<int>(read(file.fd(), text, sizeof text)), path.c_str());
  while (size > 0 && text[size - 1] == '\n') size--;
  reply.value = std::string(text, size);
  return reply;
}

// Reads all features of the device, one a line, or switches one.
Reply ethtool(const Request& request) {
  Reply reply;
  if (request.value) {
    setFeature(request.ifname, request.feature, *request.value == "on");
    return reply;
  }
  reply.value = "";
  for (const Feature& feature : featuresOf(request.ifname)) {
    *reply.value += feature.name + (feature.active ? " on\n" : " off\n");
  }
  return reply;
}

Reply perform(std::unique_ptr<Socket>& socket, Request& request) {
  if (!request.sysctl.empty()) return sysctl(request);
  if (!request.ifname.empty()) return ethtool(request);
  if (socket == nullptr) socket = std::make_unique<Socket>();
  std::vector<File> files = patch(request);
  return socket->exchange(request.call, request.message);
}

std::vector<Reply> performAll(std::vector<Request>& requests) {
  std::vector<Reply> replies;
  std::unique_ptr<Socket> socket;
  for (Request& request : requests) {
    try {
      replies.push_back(perform(socket, request));
    } catch (const Failure& failure) {
      if (std::ranges::find(request.tolerate, failure.error) == request.tolerate.end()) throw;
      replies.emplace_back();
    }
  }
  return replies;
}

Request requestOf(const Napi::Object& object) {
  Request request;
  request.call = textOf(object, "call");
  request.sysctl = textOf(object, "sysctl");
  request.ifname = textOf(object, "ifname");
  request.feature = textOf(object, "feature");
  if (object.Get("value").IsString()) request.value = textOf(object, "value");
  if (!object.Get("message").IsUndefined()) request.message = copyOf(object.Get("message"));
  auto tolerate = object.Get("tolerate").As<Napi::Array>();
  for (uint32_t i = 0; i < tolerate.Length(); i++) {
    request.tolerate.push_back(tolerate.Get(i).As<Napi::Number>().Int32Value());
  }
  if (object.Get("patches").IsUndefined()) return request;
  auto patches = object.Get("patches").As<Napi::Array>();
  for (uint32_t i = 0; i < patches.Length(); i++) {
    auto patch = patches.Get(i).As<Napi::Object>();
    request.patches.push_back(
        {static_cast<uint32_t>(intOf(patch, "offset")), textOf(patch, "ifname"), textOf(patch, "netns")});
  }
  return request;
}

Napi::Value toValue(Napi::Env env, const std::vector<Reply>& replies) {
  auto array = Napi::Array::New(env, replies.size());
  for (uint32_t i = 0; i < replies.size(); i++) {
    auto messages = Napi::Array::New(env, replies[i].messages.size());
    for (uint32_t j = 0; j < replies[i].messages.size(); j++) {
      messages[j] = toBytes(env, replies[i].messages[j].data(), replies[i].messages[j].size());
    }
    auto reply = Napi::Object::New(env);
    reply["messages"] = messages;
    if (replies[i].value) reply["value"] = *replies[i].value;
    array[i] = reply;
  }
  return array;
}

// netRun(netns, requests) -> replies
Napi::Value netRun(const Napi::CallbackInfo& info) {
  auto requests = std::make_shared<std::vector<Request>>();
  auto array = info[1].As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); i++) requests->push_back(requestOf(array.Get(i).As<Napi::Object>()));
  return runInNetns(info.Env(), textAt(info, 0), [requests]() -> Finish {
    auto replies = std::make_shared<std::vector<Reply>>(performAll(*requests));
    return [replies](Napi::Env env) { return toValue(env, *replies); };
  });
}

}  // namespace

void exportNetlink(Napi::Env env, Napi::Object exports) { EXPORT(netRun); }
