// Wiring of the identity service; the only file that reads the environment.
import { openAggregate, subjects } from "@weft/log";
import { runService, serviceEnvironment } from "@weft/rpc/service";
import { identityDecider } from "./domain/decide.ts";
import { identityHandlers } from "./handlers.ts";

const environment = serviceEnvironment.parse(process.env);
await runService({ name: "identity", environment }, async ({ log, serve }) => {
  const identities = await openAggregate(log, { subject: subjects.identity(), decider: identityDecider });
  return serve("Identity", identityHandlers(identities));
});
