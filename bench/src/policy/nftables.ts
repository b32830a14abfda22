// The kernel's own packet filter with as many rules: one after the other, and as one set.
import { execFileSync } from "node:child_process";
import type { Path } from "../path.ts";
import { address, netns, veth } from "../peers.ts";

/** How the rules are kept. */
export const nftKinds = ["linear", "set"] as const;

/** Two namespaces joined by a veth pair; the server's lets nobody in but whom the rules name, the client last. */
export function nftPath(kind: (typeof nftKinds)[number], rules: number, port: number): Path {
  const name = `wb-${kind}-${rules}`;
  const [client, server] = [netns(`${name}-a`), netns(`${name}-b`)];
  veth(client, "eth0", server, "eth0");
  address(client, "eth0", "fd00:bb:7::a/64");
  address(server, "eth0", "fd00:bb:7::b/64");
  const peers = Array.from({ length: rules - 1 }, (_, n) => `fd00:bb:8::${n.toString(16)}`);
  const script = scriptOf(kind, [...peers, "fd00:bb:7::a"], port);
  execFileSync("nsenter", [`--net=/run/netns/${server}`, "nft", "-f", "-"], { input: script, stdio: "pipe" });
  return { name: `nftables ${kind}, ${rules} rules`, client, server, address: "fd00:bb:7::b" };
}

function scriptOf(kind: (typeof nftKinds)[number], peers: readonly string[], port: number): string {
  const linear = peers.map((peer) => `ip6 saddr ${peer} tcp dport ${port} accept`);
  const rules = kind === "linear" ? linear : [`ip6 saddr @peers tcp dport ${port} accept`];
  const set = `set peers { type ipv6_addr; elements = { ${peers.join(", ")} } }`;
  return `table inet bench {
${kind === "set" ? set : ""}
chain input {
type filter hook input priority filter; policy drop;
ct state established,related accept
icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
${rules.join("\n")}
}
}
`;
}
