import type { Fault } from "./fault.ts";
import { freeze } from "./freeze.ts";
import { kill } from "./kill.ts";

/** Every kind of fault that a run may have. */
export const faults: readonly Fault[] = [
  kill("nats-server"),
  kill("ipam"),
  kill("identity"),
  kill("compiler"),
  kill("lb"),
  kill("loader"),
  freeze("nats-server"),
  freeze("loader"),
  freeze("compiler"),
];
