// weft.v1.Loader on a Unix socket.

import { addressToBytes } from "@weft/netaddr";
import type { Handlers } from "@weft/rpc";
import type { Containers, Placed } from "./containers.ts";
import { describe } from "./domain/describe.ts";
import { progressOf, type StatusOptions, statusOf } from "./status.ts";

/** Handlers of the loader's service. */
export function loaderHandlers(containers: Containers, status: StatusOptions): Handlers<"Loader"> {
  const { reconciler } = status;
  return {
    attach: async (request, call) => answerOf(await containers.attach(request, call)),
    relabel: async (request, call) => answerOf(await containers.relabel(request, call)),
    change: async (request, call) => answerOf(await containers.change(request, call)),
    detach: async ({ id }, call) => ({ revision: await containers.detach(id, call) }),
    async plan() {
      const { revision, operations } = await reconciler.plan();
      return { revision, operations: operations.map(describe), json: JSON.stringify(operations) };
    },
    status: ({ look }) => statusOf(status, look),
    async wait({ revision }, { signal }) {
      await reconciler.inForce(revision, signal);
      return progressOf(status);
    },
  };
}

function answerOf({ endpoint, revision }: Placed) {
  const { id, identity, mac, ipv6, ipv4 } = endpoint;
  const bytes = ipv4 === undefined ? new Uint8Array() : addressToBytes(ipv4);
  return { id, identity, mac, revision, ipv6: addressToBytes(ipv6), ipv4: bytes };
}
