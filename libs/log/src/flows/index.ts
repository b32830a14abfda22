// Flows: what the hosts recorded of packets, in a bounded stream of its own beside the log.
export { type EndFilter, type FlowFilter, flowMatches } from "./filter.ts";
export * from "./flow.ts";
export { type FlowRequest, type FlowSource, flowById, readFlows } from "./read.ts";
export type { FlowStore, StoredBatch } from "./store.ts";
export { decodeFlows, encodeFlows, type FlowBatch } from "./wire.ts";
