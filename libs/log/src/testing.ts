// For tests: a real nats-server of one's own, and the specification language of deciders.
export { appendNext } from "./append-next.ts";
export { flowEnd, flowRule, type MemoryFlows, memoryFlows, newFlow } from "./flows/testing.ts";
export { type Forgery, forge } from "./forge.ts";
export { type Given, specify, type Then } from "./given.ts";
export { type SmallDisk, smallDisk } from "./small-disk.ts";
export { startNats, type TestNats } from "./start-nats.ts";
export { backUp, cutTail, spoil, whileDown } from "./testing-damage.ts";
export { serverOfVersion } from "./testing-server.ts";
