// Wiring of the lb service; the only file that reads the environment.
import { runService, serviceEnvironment } from "@weft/rpc/service";
import { lbHandlers } from "./handlers.ts";

const environment = serviceEnvironment.parse(process.env);
await runService({ name: "lb", environment }, ({ log, serve }) => serve("LoadBalancer", lbHandlers(log)));
