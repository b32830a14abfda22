#pragma once
#include <string>
#include <vector>

struct Feature {
  std::string name;
  bool active;
};

// Features of a device as `ethtool -k` lists them ("rx-gro", "tx-udp-segmentation"), in the thread's namespace.
std::vector<Feature> featuresOf(const std::string& ifname);

// Switches one. Throws Failure: EINVAL when there is no such feature, EOPNOTSUPP when it is fixed.
void setFeature(const std::string& ifname, const std::string& name, bool active);
