// What tests and tools may know of ipam: its rules. Services talk to it by gRPC only.
export { restMs } from "./domain/lease-state.ts";
export { leaseDecider } from "./domain/leases.ts";
export { poolDecider } from "./domain/pool.ts";
export { type Pool, poolCapacity, poolFault } from "./domain/pool-rules.ts";
