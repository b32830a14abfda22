// weft.v1.Loader on a Unix socket.
import type { Handlers } from "@weft/rpc";
import { addressBytes, type Containers, type Placed } from "./containers.ts";
import { describe } from "./domain/describe.ts";
import { type StatusOptions, statusOf } from "./status.ts";

/** Handlers of the loader's service. */
export function loaderHandlers(containers: Containers, status: StatusOptions): Handlers<"Loader"> {
  const { reconciler } = status;
  return {
    attach: async (request, call) => answerOf(await containers.attach(request, call)),
    relabel: async (request, call) => answerOf(await containers.relabel(request, call)),
    detach: async ({ id }, call) => ({ revision: await containers.detach(id, call) }),
    async plan() {
      const { revision, operations } = await reconciler.plan();
      return { revision, operations: operations.map(describe), json: JSON.stringify(operations) };
    },
    status: () => statusOf(status),
    async wait({ revision }, { signal }) {
      await reconciler.inForce(revision, signal);
      return statusOf(status);
    },
  };
}

function answerOf({ endpoint, revision }: Placed) {
  const { id, identity, mac } = endpoint;
  return { id, identity, mac, revision, ...addressBytes(endpoint) };
}
