import type { Path } from "@weft/manifest";
import type { Flow, Party } from "../decide.ts";
import type { PolicyPort } from "../network-policy.ts";
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
  const misses: Miss[] = [];
  if (protocol !== port.protocol) {
    const message = `is of ${port.protocol}, the flow is ${protocol}`;
    misses.push({ kind: "protocol", path: [...path, "protocol"], message, distance: 1 });
  }
  const number = port.kind === "named" ? namedMiss(port, asked, to, view) : rangeMiss(port, asked);
  // Who uses another protocol, which may have no ports, did not ask for the wrong number.
  if (number !== undefined && (misses.length === 0 || asked !== 0))
    misses.push({ ...number, path: [...path, "port"], distance: 1 });
  return misses;
}

type Found = Pick<Miss, "kind" | "message"> | undefined;

function rangeMiss({ from, to }: Extract<PolicyPort, { kind: "range" }>, asked: number): Found {
  if (from <= asked && asked <= to) return undefined;
  return {
    kind: "port",
    message: `wants port ${from === to ? from : `${from} to ${to}`}, the flow asks for ${asked}`,
  };
}

function namedMiss(port: Named, asked: number, receiver: Party, view: PolicyView): Found {
  const { name, protocol } = port;
  const numbers = numbersOf(port, receiver, view);
  if (numbers.includes(asked)) return undefined;
  if (numbers.length === 0)
    return { kind: "port-name", message: `the receiver declares no ${protocol} port named ${name}` };
  return {
    kind: "port",
    message: `port ${name} of the receiver is ${numbers.join(" or ")}, the flow asks for ${asked}`,
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
