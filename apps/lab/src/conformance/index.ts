// Cases of NetworkPolicy with their truth tables, run by real packets.
export type { PodPort } from "../manifests/pods.ts";
export { type Cell, planStep, type StepPlan } from "./expect.ts";
export { type ConformanceHost, planWorld, type WorldPlan } from "./plan.ts";
export { servedPorts } from "./ports.ts";
export { probeCells } from "./probe.ts";
export { readCases } from "./read.ts";
export { type CaseResult, runCases, type StepResult } from "./run.ts";
export type { ConformanceCase, ConformanceStep } from "./schema.ts";
export { selectCases } from "./select.ts";
export { type MeshAccess, openWorld, type World } from "./world.ts";
