// Flows for tests, and a stream that is only in memory.
import { parseAddress } from "@weft/netaddr";
import { type FlowEnd, type FlowRule, type NewFlow, noLoss } from "./flow.ts";
import type { FlowStore, StoredBatch } from "./store.ts";
import { encodeFlows } from "./wire.ts";

/** A container of namespace "shop". */
export function flowEnd(name: string, address: string, more: Partial<FlowEnd> = {}): FlowEnd {
  return {
    address: parseAddress(address),
    identity: 256,
    namespace: "shop",
    name,
    labels: { app: name },
    endpoint: `id-${name}`,
    host: "a",
    ...more,
  };
}

/** A rule of policy shop/closed. */
export const flowRule: FlowRule = {
  kind: "NetworkPolicy",
  tier: "NetworkPolicy",
  namespace: "shop",
  policy: "closed",
  direction: "ingress",
  list: "ingress",
  index: 1,
  name: "",
  revision: 40,
};

/** A packet from web to api that api's policy has dropped, but for what is said. */
export function newFlow(more: Partial<NewFlow> = {}): NewFlow {
  return {
    verdict: "DROPPED",
    reason: "drop_policy_ingress",
    direction: "ingress",
    source: flowEnd("web", "fd00::1"),
    destination: flowEnd("api", "fd00::2"),
    sourcePort: 40_000,
    destinationPort: 80,
    protocol: 6,
    icmp: undefined,
    detail: "",
    tcpFlags: 2,
    state: "new",
    revision: 42,
    ruleNumber: 0,
    rule: undefined,
    count: 1,
    bytes: 80,
    firstMs: 1_700_000_000_000,
    lastMs: 1_700_000_000_000,
    ...more,
  };
}

/** A stream in memory that holds these messages, as hosts publish them. */
export interface MemoryFlows extends FlowStore {
  readonly stored: StoredBatch[];
  /** Stores a message of this host with these flows, as of a time. */
  put(host: string, flows: readonly NewFlow[], storedMs?: number): void;
  /** Takes the oldest messages away. */
  forget(count: number): void;
}

/** An empty stream. */
export function memoryFlows(): MemoryFlows {
  const stored: StoredBatch[] = [];
  let newest = 0;
  const add = (host: string, data: Uint8Array, storedMs: number): number => {
    newest += 1;
    stored.push({ sequence: newest, host, storedMs, data });
    return newest;
  };
  return {
    stored,
    put: (host, flows, storedMs = flows[0]?.lastMs ?? 0) =>
      void add(host, encodeFlows(host, { flows, lost: noLoss }), storedMs),
    forget: (count) => void stored.splice(0, count),
    bounds: async () => ({ first: stored[0]?.sequence ?? newest + 1, last: newest }),
    get: async (sequence) => stored.find((one) => one.sequence === sequence),
    publish: async (host, data) => add(host, data, Date.now()),
  };
}
