// Weft itself, as a user runs it: a lab of its own, containers with a policy each, so that policy, connection tracking and
// counters are on.
import { Lab } from "./lab.ts";
import type { Path } from "./path.ts";

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-bench, namespace: bench}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {matchLabels: {role: client}}}], ports: [{port: 9999}]}]
  egress: [{to: [{podSelector: {matchLabels: {role: server}}}], ports: [{port: 9999}]}]
`;

/** Options of the mesh, and what they are called. */
const tunnels = { vxlan: "VXLAN", geneve: "Geneve", gre: "GRE", none: "no tunnel" };

/** What `weft status -o json` tells of one program. */
type ProgramFigures = {
  readonly endpoint: string;
  readonly hook: string;
  readonly tier: string;
  readonly instructions: number;
  readonly jitedBytes: number;
};

/** A lab of two hosts with a client and two servers: one beside it, one on the other host. */
export class WeftLab implements Disposable {
  readonly #lab = new Lab();

  /** Starts it; everything is in force when this returns. */
  start(): readonly Path[] {
    const lab = this.#lab;
    lab.weft("lab", "up", "-f", lab.file("policy.yaml", policy), "--hosts", "2", "--tunnel", "vxlan");
    const client = lab.run("client", "role=client", "h1");
    const near = lab.run("near", "role=server", "h1");
    const far = lab.run("far", "role=server", "h2");
    lab.weft("wait", "-o", "json");
    const remote = { client: client.netns, server: far.netns, address: far.ipv6 };
    return [
      { name: "Weft, same host", client: client.netns, server: near.netns, address: near.ipv6 },
      ...Object.entries(tunnels).map(([tunnel, name]) => {
        return { name: `Weft, ${name}`, ...remote, prepare: () => this.#tunnel(tunnel) };
      }),
    ];
  }

  /** Changes the running mesh. */
  #tunnel(tunnel: string): void {
    this.#lab.weft("option", "set", `tunnel=${tunnel}`);
    this.#lab.weft("wait", "-o", "json");
  }

  /** Programs of all endpoints, as the kernel has them. */
  programs(): ProgramFigures[] {
    return JSON.parse(this.#lab.weft("get", "programs", "-o", "json")) as ProgramFigures[];
  }

  [Symbol.dispose](): void {
    this.#lab[Symbol.dispose]();
  }
}
