// A small history for tests: two containers, a policy between them, and one of the two gone again.
import { type ReadRequest, type Recorded, subjectMatches, type WeftEvent } from "@weft/log";
import { meshProjection, take } from "@weft/model";
import { recordedAt } from "@weft/model/testing";
import { addressToBytes, parseAddress, parsePrefix, prefixToBytes } from "@weft/netaddr";
import type { History } from "./ask.ts";

const bytes = (text: string) => addressToBytes(parseAddress(text));
const prefix = (text: string) => prefixToBytes(parsePrefix(text));

function attached(name: string, id: string, ipv6: string): WeftEvent {
  const mac = new Uint8Array(6);
  const data = { host: "h1", id, namespace: "shop", name, labels: { app: name }, identity: 256 };
  return {
    type: "EndpointAttached",
    data: { ...data, ipv6: bytes(ipv6), mac, netns: "", interface: "", slot: 1 },
  };
}

const leased = (owner: string, ipv6: string): WeftEvent => ({
  type: "AddressesLeased",
  data: { leases: [{ owner, ipv6: bytes(ipv6) }] },
});

const closed = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress:
    - from:
        - podSelector: { matchLabels: { app: ops } }
`;

const events: readonly WeftEvent[] = [
  { type: "PoolDefined", data: { ipv6: prefix("fd00::/48") } },
  { type: "HostPrefixAssigned", data: { host: "h1", ipv6: prefix("fd00::/64") } },
  leased("w1", "fd00::1"),
  { ...attached("web", "w1", "fd00::1") },
  leased("a1", "fd00::2"),
  { ...attached("ads", "a1", "fd00::2") },
  // 7
  {
    type: "PolicyApplied",
    data: {
      namespace: "shop",
      name: "web",
      kind: "NetworkPolicy",
      source: closed,
      file: "web.yaml",
      line: 41,
    },
  },
  { type: "OptionsSet", data: { scope: "mesh", values: { mtu: "1400" } } },
  // 9
  { type: "EndpointDetached", data: { host: "h1", id: "a1" } },
  { type: "AddressesReleased", data: { owners: ["a1"], releasedAtMs: 0, ipv4Only: false } },
];

const recorded = events.map((event, index) => recordedAt(index + 1, event, "h1"));

/** The history as a log that can be read. */
export const log = {
  async *read({ from = 1, to = Number.MAX_SAFE_INTEGER, subject = ">" }: ReadRequest = {}) {
    yield* recorded.filter(
      (event: Recorded) =>
        event.revision >= from && event.revision <= to && subjectMatches(subject, event.subject),
    );
  },
};

/** The history up to a revision, to be asked. */
export function historyAt(revision: number): History {
  const mesh = recorded.slice(0, revision).reduce(take, meshProjection.initial());
  const onUnknown = () => {
    throw new Error("every event is known");
  };
  return { log, mesh, revision, onUnknown, signal: AbortSignal.timeout(5000) };
}
