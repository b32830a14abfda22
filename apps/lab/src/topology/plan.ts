/** Device of every host towards the other hosts. */
export const uplinkName = "up0";

/** The prefixes of the links between the hosts. */
export const underlays: readonly string[] = ["192.168.255.0/24", "fd57:6566:7400::/64"];

/** One host of the lab and its link to the router between the hosts. */
export interface HostLink {
  readonly name: string;
  /** Device on the router's side. */
  readonly fabricDevice: string;
  /** Both ends of the link; a /31 (RFC 3021) and a /127 (RFC 6164). */
  readonly ipv4: string;
  readonly fabricIpv4: string;
  readonly ipv6: string;
  readonly fabricIpv6: string;
}

/** Names and addresses of `count` hosts: h1, h2 ... Their addresses are of `underlays`. */
export function planHosts(count: number): HostLink[] {
  if (count < 1 || count > 64) throw new RangeError(`${count} hosts: a lab has 1 to 64`);
  return Array.from({ length: count }, (_, index) => {
    const [near, far] = [2 * index, 2 * index + 1];
    return {
      name: `h${index + 1}`,
      fabricDevice: `h${index + 1}`,
      ipv4: `192.168.255.${far}`,
      fabricIpv4: `192.168.255.${near}`,
      ipv6: `fd57:6566:7400::${far.toString(16)}`,
      fabricIpv6: `fd57:6566:7400::${near.toString(16)}`,
    };
  });
}
