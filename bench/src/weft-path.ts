// Weft itself, as a user runs it: a lab of its own, containers with a policy each, so that policy, connection tracking and
// counters are on.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Path } from "./path.ts";

const root = join(import.meta.dirname, "..", "..");

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
export type ProgramFigures = {
  readonly endpoint: string;
  readonly hook: string;
  readonly tier: string;
  readonly instructions: number;
  readonly jitedBytes: number;
};

/** A lab of two hosts with a client and two servers: one beside it, one on the other host. */
export class WeftLab implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), "weft-bench-"));
  readonly #state = join(this.#directory, "state");

  /** Starts it; everything is in force when this returns. */
  start(): readonly Path[] {
    const file = join(this.#directory, "policy.yaml");
    writeFileSync(file, policy);
    this.#weft("lab", "up", "-f", file, "--hosts", "2", "--tunnel", "vxlan");
    const client = this.#run("client", "client", "h1");
    const near = this.#run("near", "server", "h1");
    const far = this.#run("far", "server", "h2");
    this.#weft("status", "--wait", "-o", "json");
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
    this.#weft("option", "set", `tunnel=${tunnel}`);
    this.#weft("status", "--wait", "-o", "json");
  }

  /** Programs of all endpoints, as the kernel has them. */
  programs(): ProgramFigures[] {
    return JSON.parse(this.#weft("get", "programs", "-o", "json")) as ProgramFigures[];
  }

  #run(name: string, role: string, host: string): { ipv6: string; netns: string } {
    const words = ["lab", "run", `bench/${name}`, "-l", `role=${role}`, "--host", host, "-o", "json"];
    const endpoint = JSON.parse(this.#weft(...words)) as { ipv6: string; netns: string };
    return { ipv6: endpoint.ipv6, netns: endpoint.netns.replace(/^.*\//, "") };
  }

  #weft(...words: string[]): string {
    return execFileSync(join(root, "weft"), words, {
      encoding: "utf8",
      env: { ...process.env, WEFT_STATE: this.#state },
    });
  }

  [Symbol.dispose](): void {
    this.#weft("lab", "down");
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
