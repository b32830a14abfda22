import {
  checkResource,
  type Diagnostic,
  diagnosticAt,
  doAll,
  maxFindings,
  namedSchema,
  parsingManifests,
  type Resource,
  type SourceText,
  type Steps,
  sizeFindings,
} from "@weft/manifest";
import { type ServiceManifest, serviceSchema } from "./schema.ts";
import { serviceFaults } from "./service-rules.ts";

/** A Service that has passed every check, and the text it came from. */
interface CheckedService {
  readonly resource: Resource;
  readonly manifest: ServiceManifest;
}

/** Services of documents, and everything that is wrong with them. */
interface CheckedServices {
  readonly services: readonly CheckedService[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Services that documents name, and everything that is wrong with that. */
interface NamedServices {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads and checks documents to be applied. */
export function checkServices(documents: readonly SourceText[]): CheckedServices {
  return doAll(checkingServices(documents));
}

/** {@link checkServices}, a document a step. */
export function* checkingServices(documents: readonly SourceText[]): Steps<CheckedServices> {
  const { resources, diagnostics } = yield* namingServices(documents);
  const services: CheckedService[] = [];
  const findings: Diagnostic[] = [...diagnostics];
  for (const resource of resources) {
    yield;
    if (findings.length >= maxFindings) break;
    const checked = checkService(resource);
    if (Array.isArray(checked)) findings.push(...checked);
    else services.push(checked);
  }
  return { services, diagnostics: findings };
}

/** A Service of one document, or what is wrong with it. */
export function checkService(resource: Resource): CheckedService | Diagnostic[] {
  const tooLong = sizeFindings(resource);
  if (tooLong.length > 0) return tooLong;
  const checked = checkResource(resource, serviceSchema);
  if (!checked.ok) return checked.diagnostics;
  const faults = serviceFaults(checked.value);
  if (faults.length === 0) return { resource, manifest: checked.value };
  return faults.map(({ path, message, expected }) => diagnosticAt(resource, path, message, expected));
}

/** Reads documents as far as to know which Services they name, a document a step; enough to delete them. */
export function* namingServices(documents: readonly SourceText[]): Steps<NamedServices> {
  const { resources, diagnostics } = yield* parsingManifests(documents);
  const findings = [...diagnostics];
  const named = new Map<string, Resource>();
  for (const resource of resources) {
    const { apiVersion, kind, namespace, name } = resource;
    const earlier = named.get(`${namespace}/${name}`);
    if (kind !== "Service") {
      findings.push(diagnosticAt(resource, ["kind"], `is ${kind}`, "Service"));
    } else if (apiVersion !== "v1") {
      findings.push(diagnosticAt(resource, ["apiVersion"], `is ${apiVersion}`, "v1"));
    } else if (earlier !== undefined) {
      const message = `${namespace}/${name} is at ${earlier.file}:${earlier.line} already`;
      findings.push(diagnosticAt(resource, ["metadata", "name"], message, "each Service once"));
    } else {
      const checked = checkResource(resource, namedSchema);
      if (checked.ok) named.set(`${namespace}/${name}`, resource);
      else findings.push(...checked.diagnostics);
    }
    if (findings.length >= maxFindings) break;
  }
  return { resources: [...named.values()], diagnostics: findings };
}
