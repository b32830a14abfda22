// The log of a mesh: append, decide, read, follow, fold, snapshot, time travel.
export * from "./aggregate.ts";
export * from "./connect.ts";
export * from "./connect-types.ts";
export * from "./decider.ts";
export * from "./events.ts";
export * from "./flows/index.ts";
export * from "./fold.ts";
export * from "./kept-fold.ts";
export { type Mark, Trail } from "./mark.ts";
export type { Signer } from "./nkey.ts";
export { pipeline } from "./pipeline.ts";
export { LogReplaced } from "./replaced.ts";
export { areServerUrls } from "./server-url.ts";
export { flowStream, logStream, objectsBucket, snapshotsBucket, traceStream } from "./streams.ts";
export { subjectOf } from "./subject-of.ts";
export * from "./subjects.ts";
export * from "./types.ts";
