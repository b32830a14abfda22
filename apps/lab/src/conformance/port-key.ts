import type { PodPort } from "../manifests/pods.ts";
import type { ConformanceStep } from "./schema.ts";

/** A port of a pod, but for its name. */
export type PortKey = Pick<PodPort, "protocol" | "port">;

/** The one port that a step tries, if it says so by number or by the number in its name. */
export function probedPort({ probe }: ConformanceStep): PortKey | undefined {
  if (!probe.PortProtocol) return undefined;
  const { Protocol: protocol, Port } = probe.PortProtocol;
  if (typeof Port === "number") return { protocol, port: Port };
  const [, number, named] = /^serve-(\d+)-(tcp|udp|sctp)$/.exec(Port) ?? [];
  return named === protocol.toLowerCase() ? { protocol, port: Number(number) } : undefined;
}

/** The port of "x/a>x/b:80/TCP". */
export function portOfCell(cell: string): PortKey {
  const [port = "", protocol = "TCP"] = cell.slice(cell.lastIndexOf(":") + 1).split("/");
  return { protocol: protocol as PortKey["protocol"], port: Number(port) };
}
