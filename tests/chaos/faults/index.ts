import { diskFull } from "./disk-full.ts";
import { everything } from "./everything.ts";
import type { Fault } from "./fault.ts";
import { freeze } from "./freeze.ts";
import { kill } from "./kill.ts";
import { secondMesh } from "./second-mesh.ts";
import { silentCollector } from "./silent-collector.ts";
import { tailCut } from "./tail-cut.ts";
import { together } from "./together.ts";

const processes = ["nats-server", "ipam", "identity", "compiler", "lb", "loader", "supervisor", "guardian"];
const simple = [...processes.map(kill), ...processes.map(freeze)];

/** Every kind of fault that a run may have. */
export const faults: readonly Fault[] = [
  ...simple,
  tailCut,
  diskFull,
  everything,
  together([...simple, tailCut, diskFull], simple),
  secondMesh,
  silentCollector,
];
