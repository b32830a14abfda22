// For tests of whoever works on a mesh: events with an envelope, and meshes made of them.
import { type Recorded, readForm, subjects, type WeftEvent } from "@weft/log";
import { take } from "./evolve/index.ts";
import { emptyMesh, type Mesh } from "./mesh.ts";

/** The subject an event belongs to; leases go to the host that is given. */
function subjectOf(event: WeftEvent, leaseHost: string): string {
  const fields = new Map<string, unknown>(Object.entries(event.data));
  const text = (field: string): string => String(fields.get(field) || "-");
  if (event.type.startsWith("Address")) return subjects.leases(leaseHost);
  if (event.type.startsWith("Endpoint")) return subjects.endpoint(text("host"), text("id"));
  if (event.type.startsWith("Identit")) return subjects.identity();
  if (event.type.startsWith("Polic"))
    return subjects.policy(String(fields.get("kind") || "NetworkPolicy"), text("namespace"), text("name"));
  if (event.type.startsWith("Service")) return subjects.service(text("namespace"), text("name"));
  if (event.type.startsWith("Namespace")) return subjects.namespace(text("name"));
  if (event.type.startsWith("Object")) return subjects.object(text("digest"));
  if (event.type === "OptionsSet") return subjects.option(text("scope"));
  return /^(Host(Joined|Changed|Left)|DriftRepaired)$/.test(event.type)
    ? subjects.host(text("host"))
    : subjects.pool();
}

/** An event as it would be read from the log at a revision; `leaseHost` is the host of ipam's lease events. */
export function recordedAt(revision: number, event: WeftEvent, leaseHost = "a"): Recorded {
  return {
    ...readForm(event),
    revision,
    time: new Date(1_700_000_000_000 + revision),
    id: `event-${revision}`,
    subject: subjectOf(event, leaseHost),
    source: "weft/test",
    actor: "test",
    cause: "",
    traceparent: "",
  } as Recorded;
}

/** The fold of events at revisions 1, 2, 3 ..., each taken at its word: an endpoint needs no lease first. */
export function meshOf(events: readonly WeftEvent[], from: Mesh = emptyMesh()): Mesh {
  return events.reduce((mesh, event) => take(mesh, recordedAt(mesh.revision + 1, event)), from);
}
