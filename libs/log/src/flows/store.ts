import { headers } from "@nats-io/transport-node";
import { ask, type Core, getStored, onThisConnection } from "../core.ts";
import { fromNats } from "../errors.ts";
import { flowRoot, flowStream } from "../streams.ts";
import { subjectToken } from "../subjects.ts";

/** One message of the stream of flows. */
export interface StoredBatch {
  readonly sequence: number;
  /** Whose loader wrote it: the one thing in it that the server has checked. */
  readonly host: string;
  /** When the server took it, in milliseconds since 1970. */
  readonly storedMs: number;
  /** A `FlowBatch`. */
  readonly data: Uint8Array;
}

/** The stream of flows, message by message. */
export interface FlowStore {
  /** Sequences of the oldest and the newest message; of an empty stream the newest is the oldest less one. */
  bounds(signal?: AbortSignal): Promise<{ readonly first: number; readonly last: number }>;
  /** A message; undefined when there is none (any more). */
  get(sequence: number, signal?: AbortSignal): Promise<StoredBatch | undefined>;
  /**
   * Hands a batch in, for the loader of the host alone; answers its sequence. The same id again within two minutes is the
   * same message. UNAVAILABLE: it may or may not be there.
   */
  publish(host: string, data: Uint8Array, id: string): Promise<number>;
}

/** How long the server may take to store a batch. */
const publishMs = 2_000;

/**
 * The stream as the server has it. It is read by asking for messages, like the traces: a consumer of this stream could be
 * made to deliver what a loader wrote to a subject of the log, so nobody has the right to create one.
 */
export function openFlowStore(core: Core): FlowStore {
  return {
    async bounds(signal) {
      const asked = () => core.manager.streams.info(flowStream);
      const { state } = await ask(core, `reading ${flowStream}`, asked, signal);
      return { first: state.first_seq, last: state.last_seq };
    },
    async get(sequence, signal) {
      const message = await getStored(core, flowStream, { seq: sequence }, signal);
      if (message === undefined) return undefined;
      const host = decodeURIComponent(message.subject.slice(flowRoot.length + 1));
      return { sequence, host, storedMs: message.time.getTime(), data: message.data };
    },
    async publish(host, data, id) {
      const head = headers();
      head.set("Nats-Msg-Id", id);
      try {
        const subject = `${flowRoot}.${subjectToken(host)}`;
        const sent = core.client.publish(subject, data, { headers: head, timeout: publishMs });
        return (await onThisConnection(core, sent)).seq;
      } catch (error) {
        throw fromNats(error, `publishing flows of ${host}`);
      }
    },
  };
}
