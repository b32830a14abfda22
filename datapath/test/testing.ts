// For the benchmarks: a host of which programs can be run on packets.

export { gatewayMac } from "./datapath.ts";
export { between } from "./frames.ts";
export { alice, bob, carol, openMesh, type TestMesh } from "./mesh.ts";
export { buildSource } from "./objects.ts";
export { operationsOf } from "./operations.ts";
export * as packet from "./packet.ts";
export { allows, both } from "./tables.ts";
