// Wiring of the ipam service; the only file that reads the environment.
import { readOwnEnvironment, runService } from "@weft/rpc/service";
import { readEnvironment } from "./environment.ts";
import { ipamHandlers } from "./handlers.ts";

const environment = readOwnEnvironment("ipam", readEnvironment);
await runService({ name: "ipam", environment }, async ({ log, serve }) => {
  return serve("Ipam", await ipamHandlers(log));
});
