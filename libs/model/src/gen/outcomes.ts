// Generated from datapath/abi/outcome.h by npm run generate.

/** Every outcome a packet can have; the index is its number in the map `counters`. */
export const outcomes = [
  { name: "forwarded", number: 0, meaning: "delivered, redirected or handed to the stack" },
  { name: "answered", number: 1, meaning: "answered by the program itself (ARP, Neighbour Discovery, gateway ping)" },
  { name: "drop_malformed", number: 2, meaning: "headers shorter than they say, or not what they say" },
  { name: "drop_protocol", number: 3, meaning: "an EtherType or next header that the mesh does not carry" },
  { name: "drop_source_mac", number: 4, meaning: "source MAC is not the container's" },
  { name: "drop_source_address", number: 5, meaning: "source address is not the container's" },
  { name: "drop_no_peer", number: 6, meaning: "destination is inside the mesh's prefix but no container has it" },
  { name: "drop_policy_egress", number: 7, meaning: "the sender's egress policy has no rule for it" },
  { name: "drop_policy_ingress", number: 8, meaning: "the receiver's ingress policy has no rule for it" },
  { name: "drop_not_ready", number: 9, meaning: "the destination has no program yet" },
  { name: "drop_unknown_host", number: 10, meaning: "a tunnel packet from an address that is no host of the mesh" },
  { name: "drop_wrong_host", number: 11, meaning: "a tunnel packet for a container that is not on this host" },
  { name: "drop_no_route", number: 12, meaning: "the destination's host cannot be reached" },
  { name: "drop_multicast", number: 13, meaning: "multicast that the mesh does not carry" },
  { name: "drop_fragment", number: 14, meaning: "a fragment that came before its first, or that hides its headers" },
  { name: "drop_internal", number: 15, meaning: "a step of the program failed; the record says which" },
  { name: "drop_neighbour", number: 16, meaning: "a Neighbour Discovery or ARP message it may not send, or of another host" },
  { name: "drop_tunnel", number: 17, meaning: "a tunnel header that the mesh does not read, or a container's own" },
  { name: "drop_ecn", number: 18, meaning: "congestion on the underlay, and a sender that must be told by a loss" },
  { name: "drop_identity", number: 19, meaning: "a tunnel packet with an identity that no container can have" },
  { name: "drop_too_big", number: 20, meaning: "too big for the way to its host; its sender is told" },
  { name: "drop_hop_limit", number: 21, meaning: "its hop limit is used up; its sender is told" },
  { name: "drop_extension", number: 22, meaning: "IPv6 extension headers that are not read or are too many" },
  { name: "drop_options", number: 23, meaning: "IPv4 options that send it elsewhere than its destination says" },
  { name: "drop_unasked", number: 24, meaning: "an answer to what nobody asked, where a policy is enforced" },
] as const;

/** Name of an outcome. */
export type Outcome = (typeof outcomes)[number]["name"];

/** What failed where the outcome is drop_internal. */
export const steps = [
  { name: "encap_room", number: 1, meaning: "making room for a tunnel's headers" },
  { name: "encap_write", number: 2, meaning: "writing a tunnel's headers" },
  { name: "decap_room", number: 3, meaning: "taking a tunnel's headers away" },
  { name: "decap_ecn", number: 4, meaning: "marking the packet of a tunnel as delayed by congestion" },
  { name: "deliver", number: 5, meaning: "writing the Ethernet header for the container's device" },
  { name: "answer_arp", number: 6, meaning: "turning an ARP request into its answer" },
  { name: "answer_neighbour", number: 7, meaning: "turning a solicitation into an advertisement" },
  { name: "answer_echo", number: 8, meaning: "turning an echo request into its reply" },
] as const;
