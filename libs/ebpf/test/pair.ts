import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  addAddressOperation,
  createNetns,
  createVeth,
  type NetworkNamespace,
  runNetwork,
} from "../src/index.ts";

const run = promisify(execFile);
let count = 0;

/** Two namespaces and a veth between them: fd00::1 on `near` (device "near"), fd00::2 on `far` (device "far"). */
export interface Pair extends AsyncDisposable {
  readonly near: NetworkNamespace;
  readonly far: NetworkNamespace;
  /** Pings `near` from `far`; how many of `packets` came back. */
  ping(packets?: number): Promise<number>;
  /** A ping comes back, at the latest after some tries: what was dropped before may have cost the neighbour's address too. */
  opens(): Promise<boolean>;
}

const tries = 10;

/** Makes a pair, which is gone after `await using`. */
export async function makePair(): Promise<Pair> {
  await using stack = new AsyncDisposableStack();
  const prefix = `wt-${process.pid}-${count++}`;
  const near = stack.use(await createNetns(`${prefix}-near`));
  const far = stack.use(await createNetns(`${prefix}-far`));
  const peer = { name: "far", netns: far.path, up: true };
  await createVeth({ netns: near.path, name: "near", up: true, peer });
  await runNetwork(near.path, [addAddressOperation({ ifname: "near", address: "fd00::1/64", nodad: true })]);
  await runNetwork(far.path, [addAddressOperation({ ifname: "far", address: "fd00::2/64", nodad: true })]);
  const owned = stack.move();
  return {
    near,
    far,
    ping: (packets = 3) => ping(far.path, packets),
    async opens() {
      for (let left = tries; left > 0; left -= 1) if ((await ping(far.path, 1)) === 1) return true;
      return false;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function ping(netns: string, packets: number): Promise<number> {
  const command = ["ping", "-6", "-q", "-i", "0.002", "-W", "1", "-c", String(packets), "fd00::1"];
  const { stdout } = await run("nsenter", [`--net=${netns}`, ...command]).catch(
    (error: { stdout: string }) => error,
  );
  return Number(/(\d+) received/.exec(stdout)?.[1] ?? 0);
}
