export * from "./address.ts";
export * from "./bpffs.ts";
export type { BtfMember, BtfType } from "./btf.ts";
export { btfText } from "./btf.ts";
export * from "./clsact.ts";
export * from "./codec.ts";
export * from "./device.ts";
export { EbpfError, VerifierError } from "./error.ts";
export { type Face, kernel } from "./face.ts";
export * from "./feature.ts";
export type { MapType, ProgramType } from "./kinds.ts";
export * from "./link.ts";
export {
  BpfMap,
  type HasDescriptor,
  type MapCodec,
  type MapEntries,
  type MapOptions,
  type MapSpec,
  type TypedMap,
  type UpdateMode,
} from "./map.ts";
export * from "./neighbour.ts";
export { type InNetns, type NetworkOperation, runNetwork } from "./netlink-message.ts";
export * from "./netns.ts";
export { isNetnsLockTaken, type NetnsLock, netnsLockHolder, takeNetnsLock } from "./netns-lock.ts";
export { type LoadedObject, loadedObject } from "./object.ts";
export { Program, type ProgramInfo, type TestRun, type TestRunOptions } from "./program.ts";
export { expediteGracePeriods, restoreGracePeriods } from "./rcu.ts";
export * from "./ring.ts";
export * from "./route.ts";
export type { SkbContext } from "./skb.ts";
export * from "./spec.ts";
export * from "./sysctl.ts";
