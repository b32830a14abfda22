// Real packets under policies of many rules: Weft, nftables with its rules in a row, and with a set, beside a bare veth pair.
import { join } from "node:path";
import { connect } from "@weft/rpc";
import { Lab } from "../lab.ts";
import { type MeasureOptions, measure, type Path } from "../path.ts";
import { rawVeth, removePeers } from "../peers.ts";
import { nftKinds, nftPath } from "./nftables.ts";
import { peerOf, policyTexts, ruleCounts } from "./rules.ts";

/** Ratios to the bare veth pair. */
type PolicyNetworkRow = {
  readonly path: string;
  readonly "RR ratio": number;
  readonly "CRR ratio": number;
};

/** Of `pingpong`. */
const port = 9999;
const namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: bench}}";

/** A lab with a client, and a server for each number of rules. */
async function weftPaths(lab: Lab): Promise<Path[]> {
  lab.weft("lab", "up", "-f", lab.file("bench.yaml", namespace), "--hosts", "1");
  await knownPeers(lab);
  const client = lab.run("client", "app=client", "h1");
  const servers = ruleCounts.map((rules) => ({
    rules,
    server: lab.run(`server-${rules}`, `rules=${rules}`, "h1"),
  }));
  for (const rules of ruleCounts) {
    const files = policyTexts(rules, port).map((text, n) => lab.file(`rules-${rules}-${n}.yaml`, text));
    lab.weft("apply", ...files.flatMap((file) => ["-f", file]), "--wait", "--timeout", "2m");
  }
  return servers.map(({ rules, server }) => ({
    name: `Weft, ${rules} rules`,
    client: client.netns,
    server: server.netns,
    address: server.ipv6,
  }));
}

/** Identities of the peers that rules name: without them the rules would come to nothing. */
async function knownPeers(lab: Lab): Promise<void> {
  using identity = connect("Identity", join(lab.state, "sockets", "identity.sock"), { actor: "bench" });
  const most = Math.max(...ruleCounts);
  const sets = Array.from({ length: most - 1 }, (_, n) => ({
    labels: { app: peerOf(n, most), "io.kubernetes.pod.namespace": "bench" },
  }));
  for (let from = 0; from < sets.length; from += 500) {
    await identity.allocate({ sets: sets.slice(from, from + 500) }, { deadlineMs: 60_000 });
  }
}

/** Rounds of all paths in turn. */
export async function measureNetwork(options: Omit<MeasureOptions, "kinds">): Promise<PolicyNetworkRow[]> {
  using lab = new Lab();
  try {
    const raw = rawVeth();
    const weft = await weftPaths(lab);
    const nft = nftKinds.flatMap((kind) => ruleCounts.map((rules) => nftPath(kind, rules, port)));
    const paths = [raw, ...weft, ...nft];
    const { rates, drift } = await measure(paths, { ...options, kinds: ["rr", "crr"] });
    if (drift > 0.05) console.log(`VOID: the floor drifted by ${(drift * 100).toFixed(1)} %; run again`);
    const floor = rates.get(raw.name);
    return paths.map(({ name }) => {
      const ratio = (kind: "rr" | "crr") =>
        Number(((rates.get(name)?.[kind] ?? Number.NaN) / (floor?.[kind] ?? Number.NaN)).toFixed(3));
      return { path: name, "RR ratio": ratio("rr"), "CRR ratio": ratio("crr") };
    });
  } finally {
    removePeers();
  }
}
