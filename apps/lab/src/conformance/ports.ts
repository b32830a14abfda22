import type { PodPort } from "../manifests/pods.ts";
import { type PortKey, portOfCell, probedPort } from "./port-key.ts";
import { finding, refusal } from "./read.ts";
import type { ConformanceCase, ConformanceStep } from "./schema.ts";

const protocols = ["TCP", "UDP", "SCTP"] as const;
const usual: readonly PortKey[] = [80, 81].flatMap((port) =>
  protocols.map((protocol) => ({ protocol, port })),
);

/**
 * What every pod of a file serves. The file does not say it: it is what its blocked cells name, every protocol on every
 * port, or the generator's own six, whichever makes as many cells as the steps have. Names are `serve-80-tcp`.
 */
export function servedPorts(cases: readonly ConformanceCase[], file: string): PodPort[] {
  const steps = cases.flatMap((one, index) =>
    one.steps.map((step, number) => ({ step, path: [index, "steps", number, "cells"] })),
  );
  const wide = steps.filter(({ step }) => !step.probe.PortProtocol);
  const telling = wide.length > 0 ? wide : steps;
  const named = telling.flatMap(({ step }) => probedPort(step) ?? []);
  const seen = distinct([...named, ...telling.flatMap(({ step }) => step.blocked.map(portOfCell))]);
  const every = distinct(seen.flatMap(({ port }) => seen.map(({ protocol }) => ({ protocol, port }))));
  const wrong = (ports: readonly PortKey[]) =>
    wide.find(({ step }) => step.cells !== undefined && step.cells !== cellsOf(step, ports));
  const candidates = [seen, every, distinct([...seen, ...usual])].filter((ports) => ports.length > 0);
  const found = candidates.find((ports) => wrong(ports) === undefined);
  if (found !== undefined) return found.map((port) => ({ ...port, name: nameOf(port) }));
  const odd = wrong(every) ?? wrong(distinct(usual));
  const count = odd?.step.cells ?? 0;
  const pods = Object.keys(odd?.step.pods ?? {}).length;
  const message = `${count} cells: what every pod serves cannot be told`;
  const expected = `${pods} × ${pods} × the ports that blocked names (${every.map(nameOf).join(", ") || "none"})`;
  throw refusal([finding(file, odd?.path ?? [], message, expected)]);
}

/** What a step tries on every pod: the one port that it names, else all that are served. */
export function triedPorts({ probe }: ConformanceStep, served: readonly PodPort[]): readonly PodPort[] {
  if (!probe.PortProtocol) return served;
  const { Protocol: protocol, Port: port } = probe.PortProtocol;
  const known = served.find((one) => one.protocol === protocol && (one.port === port || one.name === port));
  if (known !== undefined) return [known];
  return typeof port === "number" ? [{ name: "", protocol, port }] : [];
}

/** "x/a>x/b:80/TCP" */
export function cellText(from: string, to: string, { protocol, port }: PortKey): string {
  return `${from}>${to}:${port}/${protocol}`;
}

function cellsOf({ pods }: ConformanceStep, ports: readonly PortKey[]): number {
  return Object.keys(pods).length ** 2 * ports.length;
}

function nameOf({ protocol, port }: PortKey): string {
  return `serve-${port}-${protocol.toLowerCase()}`;
}

function distinct(ports: readonly PortKey[]): PortKey[] {
  const byName = new Map(ports.map((port) => [nameOf(port), port]));
  const order = ({ protocol, port }: PortKey) => port * protocols.length + protocols.indexOf(protocol);
  return [...byName.values()].sort((a, b) => order(a) - order(b));
}
