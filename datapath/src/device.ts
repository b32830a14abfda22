/**
 * Features that a container's end of its device must not have, as `ethtool -k` names them: super-packets that are in a tunnel of
 * the container's own already, which no kernel puts into another tunnel as they are (`bpf_skb_adjust_room`: EALREADY, for SCTP
 * ENOTSUPP; Linux 6.18). Without them the container's kernel cuts such packets itself.
 */
export const tunnelOffloads = [
  "tx-udp_tnl-segmentation",
  "tx-udp_tnl-csum-segmentation",
  "tx-gre-segmentation",
  "tx-gre-csum-segmentation",
  "tx-ipxip4-segmentation",
  "tx-ipxip6-segmentation",
  "tx-sctp-segmentation",
] as const;
