// What nats-server before 2.10 leaves to the kernel for up to two minutes: that an acknowledged event is on disk.
import { closeSync, fdatasync, fsync, openSync, readdirSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { logStream, objectsBucket } from "./streams.ts";

/** The files of a server on this machine. */
export type Disk = {
  /** Returns when everything that was written before the call is on disk. Calls that come together share the work. */
  sync(): Promise<void>;
};

/** The first version of nats-server with `sync_interval: always`. */
export const syncingVersion = "2.10.0";

/** Whether a version is before another; one that cannot be read is not. */
export function isOlder(version: string, than: string): boolean {
  const parts = (text: string) => /^v?(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number);
  const [one, other] = [parts(version), parts(than)];
  if (one === undefined || other === undefined) return false;
  const differs = one.findIndex((part, index) => part !== other[index]);
  return differs >= 0 && (one[differs] ?? 0) < (other[differs] ?? 0);
}

/** The streams whose loss an acknowledgement has to exclude: objects, and the events that name them, in this order. */
const durable = [`OBJ_${objectsBucket}`, logStream];

/** Opens the files below a server's `store_dir`. */
export function openDisk(store: string): Disk {
  const streams = durable.map((name) => blockFiles(join(store, "jetstream", "WEFT", "streams", name)));
  const pass = async (): Promise<void> => {
    for (const sync of streams) await sync();
  };
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;
  return {
    sync() {
      // What is under way may have begun before the caller's event was written: the next pass is his.
      if (running !== undefined) {
        waiting ??= running.catch(() => undefined).then(start);
        return waiting;
      }
      return start();
    },
  };

  function start(): Promise<void> {
    waiting = undefined;
    const work = pass().finally(() => {
      if (running === work) running = undefined;
    });
    running = work;
    return work;
  }
}

const datasync = promisify(fdatasync);
const syncAll = promisify(fsync);

/** Syncs the block files of one stream, `<n>.blk`: the first time all, then those at the end that have changed. */
function blockFiles(stream: string): () => Promise<void> {
  const directory = join(stream, "msgs");
  let synced: { readonly number: number; readonly state: string } | undefined;
  return async () => {
    const before = synced;
    const files = readdirSync(directory).filter((name) => /^\d+\.blk$/.test(name));
    const numbers = files.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
    // Smaller than before: the stream was restored.
    const from = before !== undefined && numbers.includes(before.number) ? before.number : 0;
    for (const number of numbers) {
      const file = join(directory, `${number}.blk`);
      const found = number < from ? undefined : statSync(file, { throwIfNoEntry: false });
      // Objects that were replaced: the server has removed their file meanwhile.
      if (found === undefined) continue;
      const state = stateOf(found);
      if (number === before?.number && state === before.state) continue;
      await withFile(file, datasync);
      // A new file is nothing without its name.
      if (number !== before?.number) await withFile(directory, syncAll);
      synced = { number, state };
    }
    if (before === undefined) await syncAround(stream);
  };
}

/** What a stream is besides its blocks: its settings, and the names of the directories that lead to it. */
async function syncAround(stream: string): Promise<void> {
  for (const name of ["meta.inf", "meta.sum"]) await withFile(join(stream, name), syncAll);
  // <store_dir>/jetstream/<account>/streams/<stream>
  for (let up = 0, path = stream; up < 5; up += 1, path = dirname(path)) await withFile(path, syncAll);
}

function stateOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`;
}

async function withFile(path: string, work: (descriptor: number) => Promise<void>): Promise<void> {
  const descriptor = openSync(path, "r");
  try {
    await work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
