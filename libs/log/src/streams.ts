import {
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { isStreamNotFound } from "./errors.ts";

/** Name of the stream that is the log. */
export const logStream = "WEFT";
/** Name of the stream that keeps recent traces. */
export const traceStream = "WEFT_TRACES";
/** Name of the stream that keeps recent flows, as the hosts saw them. */
export const flowStream = "WEFT_FLOWS";
/** Root of the subjects that flows are published on, one for each host. */
export const flowRoot = "weft.flows";
/** Root of the subjects on which the log is republished for live followers. */
export const liveRoot = "weft.live";
/** Bucket of compiled objects. */
export const objectsBucket = "weft-objects";
/** Bucket of saved folds. */
export const snapshotsBucket = "weft-snapshots";

type Wanted = Partial<StreamConfig> & { readonly name: string; readonly subjects: string[] };

function bucket(name: string): Wanted {
  return {
    name: `OBJ_${name}`,
    subjects: [`$O.${name}.C.>`, `$O.${name}.M.>`],
    discard: DiscardPolicy.New,
    allow_direct: true,
    allow_rollup_hdrs: true,
  };
}

/** Every stream of a mesh. Nothing here needs a server newer than 2.9. */
export const streams: readonly Wanted[] = [
  {
    name: logStream,
    subjects: ["weft.log.>"],
    discard: DiscardPolicy.Old,
    allow_direct: true,
    deny_delete: true,
    deny_purge: true,
    republish: { src: "weft.log.>", dest: `${liveRoot}.>` },
  },
  {
    name: traceStream,
    subjects: ["weft.trace.>"],
    discard: DiscardPolicy.Old,
    allow_direct: true,
    max_age: nanos(24 * 60 * 60 * 1000),
    max_bytes: 64 * 1024 * 1024,
  },
  {
    name: flowStream,
    subjects: [`${flowRoot}.*`],
    discard: DiscardPolicy.Old,
    deny_delete: true,
    deny_purge: true,
    max_age: nanos(48 * 60 * 60 * 1000),
    max_bytes: 256 * 1024 * 1024,
  },
  bucket(objectsBucket),
  bucket(snapshotsBucket),
];

/** Share of a disk that a stream which drops its oldest may fill, so that the log, which drops nothing, finds room. */
const diskShare = 1 / 8;

/**
 * Creates the streams, or brings their settings up to date. `diskBytes` is the size of the disk that they are on: what drops
 * its oldest at a size is kept to a share of it.
 */
export async function ensureStreams(manager: JetStreamManager, diskBytes: number): Promise<void> {
  for (const { max_bytes, ...wanted } of streams) {
    const bound =
      max_bytes === undefined ? {} : { max_bytes: Math.floor(Math.min(max_bytes, diskBytes * diskShare)) };
    const config = { retention: RetentionPolicy.Limits, storage: StorageType.File, ...wanted, ...bound };
    try {
      await manager.streams.info(wanted.name);
      await manager.streams.update(wanted.name, config);
    } catch (error) {
      if (!isStreamNotFound(error)) throw error;
      await manager.streams.add(config);
    }
  }
}
