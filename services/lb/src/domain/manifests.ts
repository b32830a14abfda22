import {
  checkResource,
  type Diagnostic,
  diagnosticAt,
  parseManifests,
  type Resource,
  type SourceText,
  sizeFindings,
} from "@weft/manifest";
import { type ServiceManifest, serviceSchema } from "./schema.ts";
import { serviceFaults } from "./service-rules.ts";

/** A Service that has passed every check, and the text it came from. */
export interface CheckedService {
  readonly resource: Resource;
  readonly manifest: ServiceManifest;
}

/** Services of documents, and everything that is wrong with them. */
export interface CheckedServices {
  readonly services: readonly CheckedService[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads and checks documents to be applied. */
export function checkServices(documents: readonly SourceText[]): CheckedServices {
  const { resources, diagnostics } = nameServices(documents);
  const services: CheckedService[] = [];
  const findings: Diagnostic[] = [...diagnostics];
  for (const resource of resources) {
    const tooLong = sizeFindings(resource);
    if (tooLong.length > 0) {
      findings.push(...tooLong);
      continue;
    }
    const checked = checkResource(resource, serviceSchema);
    if (!checked.ok) {
      findings.push(...checked.diagnostics);
      continue;
    }
    const faults = serviceFaults(checked.value);
    for (const { path, message, expected } of faults)
      findings.push(diagnosticAt(resource, path, message, expected));
    if (faults.length === 0) services.push({ resource, manifest: checked.value });
  }
  return { services, diagnostics: findings };
}

/** Reads documents as far as to know which Services they name; enough to delete them. */
export function nameServices(documents: readonly SourceText[]): {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { resources, diagnostics } = parseManifests(documents);
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
      named.set(`${namespace}/${name}`, resource);
    }
  }
  return { resources: [...named.values()], diagnostics: findings };
}
