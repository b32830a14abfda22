// weft.v1.Loader on a Unix socket.

import { withoutEffect } from "@weft/model";
import { addressToBytes, WeftError } from "@weft/netaddr";
import type { Call, Handlers } from "@weft/rpc";
import type { Containers, Placed } from "./containers.ts";
import { describe } from "./domain/describe.ts";
import { progressOf, type StatusOptions, statusOf } from "./status.ts";

/** Handlers of the loader's service. */
export function loaderHandlers(
  containers: Containers,
  status: StatusOptions & { readonly ended: AbortSignal },
): Handlers<"Loader"> {
  const { reconciler, ended } = status;

  /** Does what was asked until this loader ends or starts anew: who called may ask the next one. */
  async function here<Result>(call: Call, work: (call: Call) => Promise<Result>): Promise<Result> {
    try {
      return await work({ ...call, signal: AbortSignal.any([call.signal, ended]) });
    } catch (error) {
      if (!ended.aborted || call.signal.aborted) throw error;
      throw new WeftError("UNAVAILABLE", "the loader ends, or starts anew with another log", {
        cause: error,
      });
    }
  }

  return {
    attach: (request, call) => here(call, async (given) => answerOf(await containers.attach(request, given))),
    relabel: (request, call) =>
      here(call, async (given) => answerOf(await containers.relabel(request, given))),
    change: (request, call) => here(call, async (given) => answerOf(await containers.change(request, given))),
    detach: ({ id }, call) => here(call, async (given) => ({ revision: await containers.detach(id, given) })),
    async plan() {
      const { revision, operations } = await reconciler.plan();
      return { revision, operations: operations.map(describe), json: JSON.stringify(operations) };
    },
    status: ({ look }) => statusOf(status, look),
    wait: ({ revision, event, earlier }, call) =>
      here(call, async ({ signal }) => {
        const others = (earlier ?? []).map((one) => ({
          revision: one.revision ?? 0,
          event: one.event ?? "",
        }));
        await inForce(status, [...others, { revision, event }], signal);
        return progressOf(status);
      }),
  };
}

/** What is waited for; without an event it is the number. */
interface Awaited {
  readonly revision: number;
  readonly event: string;
}

/** Returns when the kernel enforces the events, and this host can know that they are on record. */
async function inForce(
  status: StatusOptions,
  awaited: readonly Awaited[],
  signal: AbortSignal,
): Promise<void> {
  const { reconciler, doubt, trail } = status;
  const newest = awaited.reduce((most, { revision }) => Math.max(most, revision), 0);
  // Who waits for a number waits until all before it is done; who waits for an event wants that one.
  const events = awaited.filter(({ event }) => event !== "");
  for (;;) {
    await reconciler.inForce(newest, signal);
    await doubt.cleared(signal);
    let lost: Awaited | undefined;
    for (const one of events) {
      const found = trail.idAt(one.revision) ?? (await status.idAt(one.revision, signal));
      if (found !== one.event) lost ??= one;
    }
    // What was found while there was no doubt before and after is of the log that is in force.
    if (doubt.text() !== "") continue;
    if (lost !== undefined) throw await another(status, lost, signal);
    const message = withoutEffect(
      status.mesh,
      events.map(({ revision }) => revision),
    );
    if (message === "") return;
    throw new WeftError("FAILED_PRECONDITION", message, { field: "event" });
  }
}

/** Why a revision is not the event that is waited for, which the log has lost, or of which this host has not heard yet. */
async function another(
  { idAt }: StatusOptions,
  { revision, event }: Awaited,
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
