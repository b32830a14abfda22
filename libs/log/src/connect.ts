import { append, settle } from "./append.ts";
import type { ConnectOptions } from "./connect-types.ts";
import { openCore } from "./connection.ts";
import { readId, readLook, readTail } from "./core.ts";
import { fromNats } from "./errors.ts";
import { openFlowStore } from "./flows/store.ts";
import { follow, logSource } from "./follow.ts";
import { revisionAt } from "./history.ts";
import { openObjects } from "./objects.ts";
import { read, readLast } from "./read.ts";
import { check, LogReplaced } from "./replaced.ts";
import { ensureStreams } from "./streams.ts";
import { publishTrace, readTrace } from "./traces.ts";
import type { Log } from "./types.ts";

/** Opens the log. UNAVAILABLE when nobody answers in time, PERMISSION_DENIED when the server refuses the seed. */
export async function connectLog(options: ConnectOptions): Promise<Log> {
  const core = await openCore(options);
  const source = logSource(core);
  const { onUnknown = () => undefined } = options;
  return {
    nats: core.nats,
    signer: core.signer,
    name: core.name,
    onUnknown,
    append: (request) => append(core, request),
    read: (request = {}) => read(core, { onUnknown, ...request }),
    tail: (subject) => readTail(core, subject),
    last: (subject) => readLast(core, subject, onUnknown),
    follow: (request = {}) => follow(source, { onUnknown, ...request }),
    head: async () => (await readLook(core)).head,
    idAt: (revision, signal) => readId(core, revision, signal),
    async check(trail, signal) {
      try {
        return await check(source, trail, signal);
      } catch (error) {
        if (error instanceof LogReplaced) core.onReplaced(error);
        throw error;
      }
    },
    losses: core.losses,
    replaced: core.onReplaced,
    settle: () => settle(core),
    revisionAt: (time) => revisionAt(core, time),
    objects: (bucket) => openObjects(core, bucket),
    flows: openFlowStore(core),
    publishTrace: (traceId, spans) => publishTrace(core, traceId, spans),
    readTrace: (traceId) => readTrace(core, traceId),
    async ensure({ diskBytes = Number.MAX_SAFE_INTEGER } = {}) {
      try {
        await ensureStreams(core.manager, diskBytes);
      } catch (error) {
        throw fromNats(error, "creating the streams");
      }
    },
    close: core.close,
    [Symbol.asyncDispose]: core.close,
  };
}
