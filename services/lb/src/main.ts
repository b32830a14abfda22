// Wiring of the lb service; the only file that reads the environment.
import { readOwnEnvironment, runService } from "@weft/rpc/service";
import { readEnvironment } from "./environment.ts";
import { lbHandlers } from "./handlers.ts";

const environment = readOwnEnvironment("lb", readEnvironment);
await runService({ name: "lb", environment }, ({ log, serve }) => serve("LoadBalancer", lbHandlers(log)));
