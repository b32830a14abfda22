import type { Recorded } from "@weft/log";
import { parseManifests } from "@weft/manifest";
import { checkService } from "./manifests.ts";

/** A Service as List shows it. */
interface ListedService {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ListedPort[];
  readonly revision: number;
}

/** One port of it; a target port that was not given is the port itself. */
interface ListedPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly targetPort: string;
}

/** All Services by "namespace/name". */
export type Catalog = Map<string, ListedService>;

/** Puts an event into the catalogue; events of other services change nothing. */
export function record(catalog: Catalog, event: Recorded): void {
  if (event.type === "ServiceRemoved") catalog.delete(`${event.data.namespace}/${event.data.name}`);
  if (event.type !== "ServiceApplied") return;
  const { namespace, name, source, file, line } = event.data;
  const [resource] = parseManifests([{ file, text: source, line, recorded: true }]).resources;
  const service = resource && checkService(resource);
  // A text that only another version can read has no effect.
  if (service === undefined || Array.isArray(service)) return;
  const { spec } = service.manifest;
  catalog.set(`${namespace}/${name}`, {
    namespace,
    name,
    type: spec.type ?? "ClusterIP",
    selector: spec.selector ?? {},
    ports: (spec.ports ?? []).map((port) => ({
      name: port.name ?? "",
      protocol: port.protocol ?? "TCP",
      port: port.port,
      targetPort: String(port.targetPort ?? port.port),
    })),
    revision: event.revision,
  });
}

/** The Services of a namespace ("": of all), by namespace and name. */
export function listed(catalog: Catalog, namespace: string): ListedService[] {
  return [...catalog.entries()]
    .filter(([, service]) => namespace === "" || service.namespace === namespace)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, service]) => service);
}
