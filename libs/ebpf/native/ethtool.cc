#include "ethtool.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

#include "file.h"

namespace {

// A structure of ethtool.h with as many items after it as are needed.
template <typename Header>
class Command {
 public:
  Command(uint32_t command, size_t itemBytes) : bytes_(sizeof(Header) + itemBytes) { header()->cmd = command; }
  Header* header() { return reinterpret_cast<Header*>(bytes_.data()); }

  int send(const std::string& ifname) {
    File file(check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
    ifreq request{};
    ifname.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_data = bytes_.data();
    return check(ioctl(file.fd(), SIOCETHTOOL, &request), ("SIOCETHTOOL " + ifname).c_str());
  }

 private:
  std::vector<char> bytes_;
};

uint32_t featureCount(const std::string& ifname) {
  Command<ethtool_sset_info> command(ETHTOOL_GSSET_INFO, sizeof(uint32_t));
  command.header()->sset_mask = 1ULL << ETH_SS_FEATURES;
  command.send(ifname);
  return command.header()->data[0];
}

std::vector<std::string> featureNames(const std::string& ifname) {
  uint32_t count = featureCount(ifname);
  Command<ethtool_gstrings> command(ETHTOOL_GSTRINGS, count * ETH_GSTRING_LEN);
  command.header()->string_set = ETH_SS_FEATURES;
  command.header()->len = count;
  command.send(ifname);
  std::vector<std::string> names;
  for (uint32_t i = 0; i < count; i++) {
    const char* name = reinterpret_cast<const char*>(command.header()->data) + i * ETH_GSTRING_LEN;
    names.emplace_back(name, strnlen(name, ETH_GSTRING_LEN));
  }
  return names;
}

}  // namespace

std::vector<Feature> featuresOf(const std::string& ifname) {
  std::vector<std::string> names = featureNames(ifname);
  size_t blocks = (names.size() + 31) / 32;
  Command<ethtool_gfeatures> command(ETHTOOL_GFEATURES, blocks * sizeof(ethtool_get_features_block));
  command.header()->size = blocks;
  command.send(ifname);
  std::vector<Feature> features;
  for (size_t i = 0; i < names.size(); i++) {
    if (names[i].empty()) continue;
    features.push_back({names[i], (command.header()->features[i / 32].active >> (i % 32) & 1) != 0});
  }
  return features;
}

void setFeature(const std::string& ifname, const std::string& name, bool active) {
  std::vector<std::string> names = featureNames(ifname);
  size_t index = 0;
  while (index < names.size() && names[index] != name) index++;
  if (index == names.size()) throw Failure(EINVAL, "ethtool " + ifname, "there is no feature " + name);
  size_t blocks = (names.size() + 31) / 32;
  Command<ethtool_sfeatures> command(ETHTOOL_SFEATURES, blocks * sizeof(ethtool_set_features_block));
  command.header()->size = blocks;
  auto& block = command.header()->features[index / 32];
  block.valid = 1U << (index % 32);
  block.requested = active ? block.valid : 0;
  if ((command.send(ifname) & ETHTOOL_F_UNSUPPORTED) != 0) {
    throw Failure(EOPNOTSUPP, "ethtool " + ifname, "the feature " + name + " is fixed");
  }
}
