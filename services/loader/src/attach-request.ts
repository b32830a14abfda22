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

/** Throws INVALID_ARGUMENT with the field and what was expected. */
export async function checkAttach(request: Request<"Loader", "attach">): Promise<CheckedAttach> {
  const { id, namespace, name, labels, netns, ipv4, ports } = request;
  const need = (field: string, good: boolean, expected: string): void => {
    if (!good) throw new WeftError("INVALID_ARGUMENT", `attach: ${field} is not valid`, { field, expected });
  };
  need("id", id === "" || idPattern.test(id), "letters, digits, - and _, at most 128");
  need("namespace", /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace), "a DNS label");
  need("name", /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/.test(name), "a DNS subdomain");
  const device = request.interface || "eth0";
  need("interface", /^[^\s/]{1,15}$/.test(device), "a device name of at most 15 characters");
  need("netns", netns.startsWith("/"), "the path of a network namespace");
  validateLabels(labels);
  const found = await stat(netns).catch(() => undefined);
  need("netns", found !== undefined, "a network namespace that exists");
  return { namespace, name, labels, netns, interface: device, ipv4, ports };
}
