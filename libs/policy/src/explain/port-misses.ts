import type { Path } from "@weft/manifest";
import type { Flow, Party } from "../decide.ts";
import type { PolicyPort } from "../network-policy.ts";
import type { ProtocolName } from "../protocol.ts";
import type { PolicyView } from "../view.ts";
import { indexOf } from "../view-index.ts";
import type { Miss } from "./miss.ts";

type Named = Extract<PolicyPort, { kind: "named" }>;

/** Why a port of a rule is not the one that a flow asks for; none: it is. */
export function portMisses(
  port: PolicyPort,
  path: Path,
  { protocol, port: asked, to }: Flow,
  view: PolicyView,
): Miss[] {
  const protocolMiss: Miss = {
    kind: "protocol",
    path: [...path, "protocol"],
    message: `is of ${port.protocol}, the flow is ${protocol}`,
    distance: 1,
  };
  // What stands in place of a port in ICMP is no number of a port.
  const comparable = isIcmp(protocol) === isIcmp(port.protocol);
  if (!comparable) return [{ ...protocolMiss, distance: 2 }];
  const number = port.kind === "named" ? namedMiss(port, asked, to, view) : rangeMiss(port, protocol, asked);
  return [
    ...(protocol === port.protocol ? [] : [protocolMiss]),
    ...(number === undefined ? [] : [{ ...number, path: [...path, "port"], distance: 1 }]),
  ];
}

function isIcmp(protocol: ProtocolName): boolean {
  return protocol === "ICMP" || protocol === "ICMPv6";
}

/** A protocol and a port as people write them: `tcp/80`; of ICMP the type, and the code if there is one: `icmp/3/4`. */
export function portText(protocol: ProtocolName, port: number): string {
  const name = protocol.toLowerCase();
  if (!isIcmp(protocol)) return `${name}/${port}`;
  const [type, code] = [port >> 8, port & 0xff];
  return code === 0 ? `${name}/${type}` : `${name}/${type}/${code}`;
}

type Found = Pick<Miss, "kind" | "message"> | undefined;

function rangeMiss(
  { protocol: own, from, to }: Extract<PolicyPort, { kind: "range" }>,
  protocol: ProtocolName,
  asked: number,
): Found {
  if (from <= asked && asked <= to) return undefined;
  const wanted = from === to || isIcmp(own) ? portText(own, from) : `${portText(own, from)} to ${to}`;
  return { kind: "port", message: `wants ${wanted}, the flow asks for ${portText(protocol, asked)}` };
}

function namedMiss(port: Named, asked: number, receiver: Party, view: PolicyView): Found {
  const { name, protocol } = port;
  const numbers = numbersOf(port, receiver, view);
  if (numbers.includes(asked)) return undefined;
  if (numbers.length === 0)
    return { kind: "port-name", message: `the receiver declares no ${protocol} port named ${name}` };
  return {
    kind: "port",
    message: `port ${name} of the receiver is ${numbers.join(" or ")}, the flow asks for ${port.protocol.toLowerCase()}/${asked}`,
  };
}

/** The numbers that a name may stand for: one for a container, those of all its kind where only the identity is known. */
function numbersOf({ name, protocol }: Named, receiver: Party, view: PolicyView): number[] {
  const endpoints = "id" in receiver ? [receiver] : indexOf(view).receivers.ofIdentity(receiver.identity);
  const found = endpoints.flatMap(({ ports }) => {
    const port = ports.find((one) => one.name === name && one.protocol === protocol);
    return port === undefined ? [] : [port.port];
  });
  return [...new Set(found)].sort((a, b) => a - b);
}
