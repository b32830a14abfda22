// What people asked for: policies, namespaces, services, options; and the objects that were built from it.
import type { EventData } from "@weft/log";
import { changed } from "../changes.ts";
import { optional } from "../fields.ts";
import { type MutableMesh, policyKey, type Source } from "../mesh.ts";
import { toRemember } from "../policy-view.ts";

type SourceData = EventData<"ServiceApplied" | "PolicyApplied">;

function sourceOf(data: SourceData, revision: number): Source {
  return {
    namespace: data.namespace,
    name: data.name,
    source: data.source,
    file: data.file,
    line: data.line,
    revision,
  };
}

/** Key of a named thing in a namespace. */
function namespacedKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function kindOf({ kind }: EventData<"PolicyApplied" | "PolicyRemoved">): string {
  return kind === "" ? "NetworkPolicy" : kind;
}

/** A policy is in force as given. */
export function policyApplied(mesh: MutableMesh, data: EventData<"PolicyApplied">, revision: number): void {
  const applied = { ...sourceOf(data, revision), kind: kindOf(data) };
  const key = policyKey(applied);
  // A text that this version cannot read has no effect: what was in force before it stays.
  const before = toRemember(mesh.policies.get(key));
  mesh.policies.set(key, before === undefined ? applied : { ...applied, replaced: before });
  changed(mesh, revision, { kind: "policy", key });
}

/** A policy is gone. */
export function policyRemoved(mesh: MutableMesh, data: EventData<"PolicyRemoved">, revision: number): void {
  const key = policyKey({ ...data, kind: kindOf(data) });
  mesh.policies.delete(key);
  changed(mesh, revision, { kind: "policy", key });
}

/** A namespace has labels. */
export function namespaceApplied(
  mesh: MutableMesh,
  data: EventData<"NamespaceApplied">,
  revision: number,
): void {
  const name = data.name;
  mesh.namespaces.set(name, { name, labels: data.labels, revision });
  changed(mesh, revision, { kind: "namespace", name });
}

/** A namespace has no labels of its own any more. */
export function namespaceRemoved(
  mesh: MutableMesh,
  data: EventData<"NamespaceRemoved">,
  revision: number,
): void {
  mesh.namespaces.delete(data.name);
  changed(mesh, revision, { kind: "namespace", name: data.name });
}

/** A service is stated as given. */
export function serviceApplied(mesh: MutableMesh, data: EventData<"ServiceApplied">, revision: number): void {
  mesh.services.set(namespacedKey(data.namespace, data.name), sourceOf(data, revision));
}

/** A service is gone. */
export function serviceRemoved(mesh: MutableMesh, data: EventData<"ServiceRemoved">): void {
  mesh.services.delete(namespacedKey(data.namespace, data.name));
}

/** An object can be had from the object store. */
export function objectBuilt(mesh: MutableMesh, data: EventData<"ObjectBuilt">, revision: number): void {
  const digest = data.digest;
  mesh.objects.set(digest, {
    digest,
    kind: data.kind,
    compiler: data.compiler,
    refused: false,
    name: data.name,
    bytes: data.bytes,
    content: data.content,
    durationUs: data.durationUs,
    diagnostics: [],
    revision,
  });
}

/** An object cannot be built, with the compiler's or the verifier's words. */
export function objectRefused(mesh: MutableMesh, data: EventData<"ObjectRefused">, revision: number): void {
  const digest = data.digest;
  mesh.objects.set(digest, {
    digest,
    kind: data.kind,
    compiler: data.compiler,
    refused: true,
    name: "",
    bytes: 0,
    content: "",
    durationUs: 0,
    diagnostics: data.diagnostics,
    revision,
  });
}

/** Settings of a scope; keys not named keep their value. */
export function optionsSet(mesh: MutableMesh, data: EventData<"OptionsSet">, revision: number): void {
  const scope = data.scope;
  for (const [key, value] of Object.entries(data.values)) {
    const before = mesh.options.get(`${scope}/${key}`);
    if (before?.value === value) continue;
    mesh.options.set(`${scope}/${key}`, {
      scope,
      key,
      value,
      ...optional("previous", before?.value),
      revision,
    });
  }
  mesh.kernelRevision = revision;
}
