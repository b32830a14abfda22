import { areServerUrls } from "@weft/log";
import { type Address, isWeftError, parseAddress, validateLabels } from "@weft/netaddr";
import { parseDuration } from "@weft/policy";
import { InvalidArgumentError, Option } from "commander";

/** Reads a revision: a number from 1. */
export function revisionArgument(text: string): number {
  return whole(text, 1, Number.MAX_SAFE_INTEGER);
}

/** Reads a number of hosts: 1 to 64. */
export function hostsArgument(text: string): number {
  return whole(text, 1, 64);
}

const dayMs = 24 * 3_600_000;

/**
 * Reads a time as Go writes it ("30s", "1m30s", "500ms", at most a day), or in whole seconds ("30"); answers milliseconds.
 * Nothing is done in no time: 0 is refused.
 */
export function durationArgument(text: string): number {
  const ms = durationOrLookArgument(text);
  if (ms > 0) return ms;
  throw new InvalidArgumentError(`It must be longer than 0: ${durationForm}.`);
}

/** The same, or 0 for who only looks. */
export function durationOrLookArgument(text: string): number {
  const ms = parseDuration(/^\d+$/.test(text) ? `${text}s` : text);
  if (ms !== undefined && ms <= dayMs) return Math.ceil(ms);
  throw new InvalidArgumentError(`It must be ${durationForm}.`);
}

const durationForm =
  "a time of at most 24h in the units h, m, s and ms, such as 30s, 1m30s or 500ms; seconds without a unit";

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

/** Reads the name of a host: it is part of subjects, users, paths and namespaces. */
export function hostArgument(text: string): string {
  if (dnsLabel.test(text)) return text;
  throw new InvalidArgumentError("It must be at most 63 of a-z, 0-9 and -, such as node-1.");
}

/** Reads the name of a network device. */
export function deviceArgument(text: string): string {
  if (/^[^\s/:]{1,15}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be the name of a device, such as eth0.");
}

/** Reads an address of this machine that others can reach. */
export function addressArgument(text: string): string {
  try {
    return parseAddress(text) && text;
  } catch (error) {
    if (!isWeftError(error)) throw error;
    throw new InvalidArgumentError("It must be an IP address, such as 192.0.2.7.");
  }
}

/** Reads URLs of nats-servers, one or several with commas. */
export function natsArgument(text: string): string {
  if (areServerUrls(text)) return text;
  throw new InvalidArgumentError("It must be nats://HOST:PORT, or several with commas.");
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

/** Reads NAMESPACE/NAME of a container, or an IP address. */
export function endArgument(text: string): ContainerName | { readonly address: Address } {
  try {
    return text.includes("/") ? containerArgument(text) : { address: parseAddress(text) };
  } catch (error) {
    if (!(error instanceof InvalidArgumentError || isWeftError(error))) throw error;
    throw new InvalidArgumentError("It must be NAMESPACE/NAME, such as default/frontend, or an IP address.");
  }
}

const protocols = ["TCP", "UDP", "SCTP"] as const;

/** A port with its protocol. */
export interface PortArgument {
  readonly protocol: (typeof protocols)[number];
  readonly port: number;
}

/** Reads "tcp/80", "udp/53" or "sctp/5000". */
export function portArgument(text: string): PortArgument {
  const [protocol = "", port = "", ...rest] = text.toLowerCase().split("/");
  const known = protocols.find((one) => one.toLowerCase() === protocol);
  if (rest.length === 0 && known !== undefined && /^\d+$/.test(port)) {
    return { protocol: known, port: whole(port, 1, 65535) };
  }
  throw new InvalidArgumentError("It must be tcp/PORT, udp/PORT or sctp/PORT, such as tcp/80.");
}

/** What a flow asks for; `port` of ICMP is its type and code in one number, as the datapath has them. */
export interface FlowPort {
  readonly protocol: PortArgument["protocol"] | "ICMP";
  readonly port: number;
}

/** Reads "tcp/80", and "icmp/8" or "icmp/3/4" (type and code; of ICMPv6 for IPv6). */
export function flowPortArgument(text: string): FlowPort {
  const [protocol = "", type = "", code = "0", ...rest] = text.toLowerCase().split("/");
  if (protocol !== "icmp") return portArgument(text);
  if (rest.length === 0 && [type, code].every((number) => /^\d{1,3}$/.test(number) && Number(number) < 256))
    return { protocol: "ICMP", port: (Number(type) << 8) | Number(code) };
  throw new InvalidArgumentError(
    "It must be icmp/TYPE or icmp/TYPE/CODE, such as icmp/8 (icmp/128 for IPv6).",
  );
}

/** Reads the id of a recorded flow. */
export function flowArgument(text: string): string {
  if (/^[1-9]\d{0,15}\.\d{1,6}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be an id as weft observe prints it, such as 1042.3.");
}

/** Reads NAMESPACE/NAME of a policy, or NAME of one of the cluster, whose namespace is "". */
export function policyArgument(text: string): ContainerName {
  const parts = text.split("/");
  const name = parts.at(-1) ?? "";
  const named = dnsSubdomain.test(name) && name.length <= 253;
  if (named && parts.length === 1) return { namespace: "", name };
  const [namespace = ""] = parts;
  if (named && parts.length === 2 && dnsLabel.test(namespace)) return { namespace, name };
  throw new InvalidArgumentError("It must be NAMESPACE/NAME, or the NAME of a ClusterNetworkPolicy.");
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
  try {
    validateLabels(labels, "labels");
  } catch (error) {
    if (!isWeftError(error)) throw error;
    throw new InvalidArgumentError(`${error.field}: ${error.message} (expected ${error.expected}).`);
  }
  return labels;
}

/** Option `--timeout` of a command: how long all of it may take, in milliseconds. */
export function timeoutOption(
  text = "30s",
  purpose = "how long all of it may take (30s, 2m, ...); then exit status 1",
  parse = durationArgument,
): Option {
  return new Option("--timeout <duration>", purpose).argParser(parse).default(durationArgument(text), text);
}

/** Option `--timeout` of a command that prints for as long as there is something to print. */
export function patienceOption(): Option {
  return timeoutOption("30s", "how long the log may let an answer wait (30s, 2m, ...); then exit status 1");
}
