import { type FlowEnd, type Log, type OnUnknown, subjects } from "@weft/log";
import type { Mesh } from "@weft/model";
import type { NamedPort } from "@weft/policy";

/** What ports containers declared, of those that are there and of those that were, by the log. */
export async function declaredPorts(
  ends: Iterable<FlowEnd>,
  mesh: Mesh,
  log: Pick<Log, "read">,
  onUnknown: OnUnknown,
  signal: AbortSignal,
): Promise<(end: FlowEnd) => readonly NamedPort[]> {
  const found = new Map<string, readonly NamedPort[]>();
  for (const { endpoint, host } of ends) {
    if (endpoint === "" || found.has(endpoint)) continue;
    const present = mesh.endpoints.get(host)?.get(endpoint);
    let ports = (present?.ports ?? []) as readonly NamedPort[];
    if (present === undefined) {
      for await (const event of log.read({ subject: subjects.endpoint(host, endpoint), onUnknown, signal }))
        if (event.type === "EndpointAttached") ports = event.data.ports as readonly NamedPort[];
    }
    found.set(endpoint, ports);
  }
  return ({ endpoint }) => found.get(endpoint) ?? [];
}
