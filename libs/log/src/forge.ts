import { jetstream } from "@nats-io/jetstream";
import { headers } from "@nats-io/transport-node";
import type { Log } from "./types.ts";

/** Something to be put on record past this library, which would refuse it. */
export type Forgery = {
  readonly subject: string;
  /** `ce-type`, e.g. "weft.v1.PolicyRemoved". */
  readonly type: string;
  readonly data: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
};

/** For tests: writes as a faulty or stolen service does, with the rights of its user but none of the checks. */
export async function forge(log: Log, forgery: Forgery): Promise<{ readonly revision: number }> {
  const head = headers();
  for (const [name, value] of Object.entries(forgery.headers ?? {})) head.set(name, value);
  head.set("ce-type", forgery.type);
  const { seq } = await jetstream(log.nats).publish(forgery.subject, forgery.data, { headers: head });
  return { revision: seq };
}
