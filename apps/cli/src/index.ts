// The `weft` command as a library, for tests and for the generated reference of commands.
export { type OpenAccess, openAccess } from "./conformance/access.ts";
export type { Context } from "./context.ts";
export { loaderOf, serviceOf } from "./mesh/client.ts";
export { openLog } from "./mesh/log.ts";
export { type MeshPaths, meshName, meshPaths } from "./mesh/paths.ts";
export { type ProcessRecord, readProcesses } from "./mesh/processes.ts";
export { behindLines, waitInForce } from "./mesh/progress.ts";
export type { Output } from "./output.ts";
export { makeProgram } from "./program.ts";
export { unlimitedWaits, type Waits } from "./waits.ts";
