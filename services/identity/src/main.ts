// Wiring of the identity service; the only file that reads the environment.
import { keepFold, openAggregate, subjects } from "@weft/log";
import { meshProjection } from "@weft/model";
import { readOwnEnvironment, runService } from "@weft/rpc/service";
import { identityDecider } from "./domain/decide.ts";
import { readEnvironment } from "./environment.ts";
import { identityHandlers } from "./handlers.ts";
import { reclaim } from "./reclaim.ts";
import { Usage } from "./usage.ts";

const environment = readOwnEnvironment("identity", readEnvironment);
await runService({ name: "identity", environment }, async ({ log, say, serve, signal }) => {
  const identities = await openAggregate(log, { subject: subjects.identity(), decider: identityDecider });
  const usage = new Usage(keepFold(log, meshProjection), environment.WEFT_GRACE_MS);
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const reclaiming = reclaim(identities, usage, (error) => say.warn({ err: error }, "reclaim"), ended);
  const server = await serve("Identity", identityHandlers(identities, usage));
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reclaiming;
      await server[Symbol.asyncDispose]();
    },
  };
});
