// What tests and tools may know of identity: its rule and its reserved numbers. Services talk to it by gRPC only.
export { type IdentityCommand, identityDecider } from "./domain/decide.ts";
export { firstIdentity, lastIdentity, reservedIdentities, reservedName } from "./domain/reserved.ts";
export type { IdentityState } from "./domain/state.ts";
