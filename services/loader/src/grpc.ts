// weft.v1.Loader on a Unix socket.

import { withoutEffect } from "@weft/model";
import { addressToBytes, WeftError } from "@weft/netaddr";
import type { Handlers } from "@weft/rpc";
import type { Containers, Placed } from "./containers.ts";
import { describe } from "./domain/describe.ts";
import { progressOf, type StatusOptions, statusOf } from "./status.ts";

/** Handlers of the loader's service. */
export function loaderHandlers(
  containers: Containers,
  status: StatusOptions & { readonly ended: AbortSignal },
): Handlers<"Loader"> {
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
    async wait({ revision, event }, { signal }) {
      const { ended } = status;
      try {
        await inForce(status, revision, event, AbortSignal.any([signal, ended]));
      } catch (error) {
        if (!ended.aborted || signal.aborted) throw error;
        throw new WeftError("UNAVAILABLE", "the loader ends, or starts anew with another log", {
          cause: error,
        });
      }
      return progressOf(status);
    },
  };
}

/** Returns when the kernel enforces the event, and this host can know that it is on record. */
async function inForce(
  status: StatusOptions,
  revision: number,
  event: string,
  signal: AbortSignal,
): Promise<void> {
  const { reconciler, doubt, trail } = status;
  for (;;) {
    await reconciler.inForce(revision, signal);
    await doubt.cleared(signal);
    const found = event === "" ? "" : (trail.idAt(revision) ?? (await status.idAt(revision, signal)));
    // What was found while there was no doubt before and after is of the log that is in force.
    if (doubt.text() !== "") continue;
    if (found !== event) throw await another(status, revision, event, signal);
    const message = withoutEffect(status.mesh, revision);
    // Who waits for a number waits until all before it is done; who waits for an event wants that one.
    if (event === "" || message === "") return;
    throw new WeftError("FAILED_PRECONDITION", message, { field: "event" });
  }
}

/** Why a revision is not the event that is waited for, which the log has lost, or of which this host has not heard yet. */
async function another(
  { idAt }: StatusOptions,
  revision: number,
  event: string,
  signal: AbortSignal,
): Promise<WeftError> {
  if ((await idAt(revision, signal)) === event) {
    const message = `the log has another event at revision ${revision} than this host has read: it has yet to read the log anew`;
    return new WeftError("UNAVAILABLE", message);
  }
  const message = `revision ${revision} is another event by now: the log lost the one that is waited for`;
  return new WeftError("FAILED_PRECONDITION", message, { field: "event" });
}

function answerOf({ endpoint, revision }: Placed) {
  const { id, identity, mac, ipv6, ipv4 } = endpoint;
  const bytes = ipv4 === undefined ? new Uint8Array() : addressToBytes(ipv4);
  return { id, identity, mac, revision, ipv6: addressToBytes(ipv6), ipv4: bytes };
}
