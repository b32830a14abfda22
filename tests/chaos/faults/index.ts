import { diskFull } from "./disk-full.ts";
import type { Fault } from "./fault.ts";
import { freeze } from "./freeze.ts";
import { kill } from "./kill.ts";
import { secondMesh } from "./second-mesh.ts";
import { silentCollector } from "./silent-collector.ts";
import { tailCut } from "./tail-cut.ts";

/** Every kind of fault that a run may have. */
export const faults: readonly Fault[] = [
  kill("nats-server"),
  kill("ipam"),
  kill("identity"),
  kill("compiler"),
  kill("lb"),
  kill("loader"),
  kill("supervisor"),
  freeze("nats-server"),
  freeze("loader"),
  freeze("compiler"),
  tailCut,
  diskFull,
  secondMesh,
  silentCollector,
];
