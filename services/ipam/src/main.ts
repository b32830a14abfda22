// Wiring of the ipam service; the only file that reads the environment.
import { runService, serviceEnvironment } from "@weft/rpc/service";
import { ipamHandlers } from "./handlers.ts";

const environment = serviceEnvironment.parse(process.env);
await runService({ name: "ipam", environment }, async ({ log, serve }) => {
  return serve("Ipam", await ipamHandlers(log));
});
