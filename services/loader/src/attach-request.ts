// What can be known to be wrong with a request before anything is asked of anybody.
import { stat } from "node:fs/promises";
import { validateLabels, WeftError } from "@weft/netaddr";
import type { Request } from "@weft/rpc";

/** A request that may be carried out. */
export interface CheckedAttach {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly netns: string;
  readonly interface: string;
  readonly ipv4: boolean;
  readonly ports: Request<"Loader", "attach">["ports"];
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const portNamePattern = /^(?=.*[a-z])[a-z0-9](-?[a-z0-9]){0,14}$/;

/** The longest path that Linux takes (PATH_MAX). */
const pathMost = 4096;
/** As many as fit into one event, and far more than containers have. */
const labelsMost = 256;
const portsMost = 1024;

function check(what: string, field: string, good: boolean, expected: string): void {
  if (!good) throw new WeftError("INVALID_ARGUMENT", `${what}: ${field} is not valid`, { field, expected });
}

/** Throws INVALID_ARGUMENT unless it may be the id of a container. */
export function checkId(what: string, id: string): void {
  check(what, "id", idPattern.test(id), "letters, digits, - and _, at most 128");
}

/** Throws INVALID_ARGUMENT with the label that is none, or when there are too many. */
export function checkLabels(what: string, labels: Readonly<Record<string, string>>): void {
  check(what, "labels", Object.keys(labels).length <= labelsMost, `at most ${labelsMost} labels`);
  validateLabels(labels);
}

/** Throws INVALID_ARGUMENT with the field and what was expected. */
export async function checkAttach(request: Request<"Loader", "attach">): Promise<CheckedAttach> {
  const { id, namespace, name, labels, netns, ipv4, ports } = request;
  const need = check.bind(undefined, "attach");
  if (id !== "") checkId("attach", id);
  need("namespace", /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace), "a DNS label");
  need("name", /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/.test(name), "a DNS subdomain");
  const device = request.interface || "eth0";
  need("interface", /^[^\s/]{1,15}$/.test(device), "a device name of at most 15 characters");
  need("netns", netns.startsWith("/") && netns.length < pathMost, "the path of a network namespace");
  checkLabels("attach", labels);
  need("ports", ports.length <= portsMost, `at most ${portsMost} ports`);
  for (const [index, { name: called, protocol, port }] of ports.entries()) {
    const at = `ports[${index}]`;
    const named = !called || portNamePattern.test(called);
    need(`${at}.name`, named, "none, or at most 15 of a-z 0-9 -, a letter among them");
    need(`${at}.protocol`, ["TCP", "UDP", "SCTP"].includes(protocol ?? ""), "TCP, UDP or SCTP");
    need(`${at}.port`, port !== undefined && port !== null && port >= 1 && port <= 65_535, "1 to 65535");
  }
  const found = await stat(netns).catch(() => undefined);
  need("netns", found !== undefined, "a network namespace that exists");
  return { namespace, name, labels, netns, interface: device, ipv4, ports };
}
