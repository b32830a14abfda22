import { InvalidArgumentError } from "commander";

/** Reads a revision: a number from 1. */
export function revisionArgument(text: string): number {
  return whole(text, 1, Number.MAX_SAFE_INTEGER);
}

/** Reads a number of hosts: 1 to 64. */
export function hostsArgument(text: string): number {
  return whole(text, 1, 64);
}

/** Reads a time in seconds: 1 to 3600. */
export function secondsArgument(text: string): number {
  return whole(text, 1, 3600);
}

function whole(text: string, from: number, to: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${from}${to > 1e9 ? "" : ` to ${to}`}.`);
}

/** "default/frontend", taken apart. */
export interface ContainerName {
  readonly namespace: string;
  readonly name: string;
}

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Reads NAMESPACE/NAME. */
export function containerArgument(text: string): ContainerName {
  const [namespace = "", name = "", ...rest] = text.split("/");
  if (rest.length === 0 && dnsLabel.test(namespace) && dnsSubdomain.test(name) && name.length <= 253) {
    return { namespace, name };
  }
  throw new InvalidArgumentError("It must be NAMESPACE/NAME, such as default/frontend.");
}

/** A port with its protocol. */
export interface PortArgument {
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

/** Reads "tcp/80" or "udp/53". */
export function portArgument(text: string): PortArgument {
  const [protocol = "", port = "", ...rest] = text.toLowerCase().split("/");
  if (rest.length === 0 && (protocol === "tcp" || protocol === "udp") && /^\d+$/.test(port)) {
    return { protocol: protocol === "tcp" ? "TCP" : "UDP", port: whole(port, 1, 65535) };
  }
  throw new InvalidArgumentError("It must be tcp/PORT or udp/PORT, such as tcp/80.");
}

/** Reads "tcp/80,udp/53". */
export function portsArgument(text: string): PortArgument[] {
  return text.split(",").filter(Boolean).map(portArgument);
}

/** Reads "app=shop,tier=web"; repeated options add up. */
export function labelsArgument(text: string, before: Record<string, string> = {}): Record<string, string> {
  const labels = { ...before };
  const seen = new Set<string>();
  for (const pair of text.split(",").filter(Boolean)) {
    const at = pair.indexOf("=");
    if (at < 1) throw new InvalidArgumentError(`"${pair}" must be KEY=VALUE, such as app=shop.`);
    const key = pair.slice(0, at);
    if (seen.has(key)) throw new InvalidArgumentError(`"${key}" appears twice.`);
    seen.add(key);
    labels[key] = pair.slice(at + 1);
  }
  return labels;
}
