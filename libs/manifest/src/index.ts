// Kubernetes manifests as text -> resources whose every field knows its line and column. Pure.
export { type Checked, checkResource, diagnosticAt } from "./check.ts";
export { type Diagnostic, formatDiagnostic, formatPath, type Path, type Position } from "./diagnostic.ts";
export { formatManifest } from "./format.ts";
export type { Manifests } from "./identify.ts";
export { type Finding, findingsOf } from "./issues.ts";
export {
  maxAliases,
  maxDepth,
  maxDocumentLength,
  maxFileNameBytes,
  maxFindings,
  maxResources,
  maxSourceBytes,
  maxTextLength,
} from "./limits.ts";
export type { Place } from "./locate.ts";
export { isDnsLabel, isDnsSubdomain, isLabelKey, isLabelValue, isPortName, nameRules } from "./names.ts";
export { type KnownTexts, parseManifests, parsingManifests } from "./parse.ts";
export { clusterKinds, type Resource } from "./resource.ts";
export {
  dnsLabelSchema,
  dnsSubdomainSchema,
  labelKeySchema,
  labelsSchema,
  labelValueSchema,
  metadataSchema,
  namedSchema,
  portNameSchema,
  portNumberSchema,
} from "./schema.ts";
export { sizeFindings } from "./size.ts";
export { doAll, doInTurns, type Steps } from "./steps.ts";
export type { SourceText } from "./text.ts";
