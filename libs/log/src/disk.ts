// What nats-server before 2.10 leaves to the kernel for up to two minutes: that an acknowledged event is on disk.
import { closeSync, fdatasync, fstatSync, fsync, openSync, readdirSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { logStream, objectsBucket } from "./streams.ts";

/** The files of a server on this machine. */
export type Disk = {
  /** Returns when everything that was written before the call is on disk. Calls that come together share the work. */
  sync(): Promise<void>;
  /** Lets go of the files. */
  close(): void;
};

/** What a disk is told of its surroundings. */
type DiskOptions = {
  /** Names the start of the server that it is now; default: it is always the same. */
  readonly server?: () => string;
  /** fdatasync(2) of one file; a test puts one that fails in its place. */
  readonly datasync?: Sync;
};

type Sync = (descriptor: number) => Promise<void>;

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

/**
 * Opens the files below a server's `store_dir`. The kernel tells of a failed write once, and takes what it could not write
 * for written: the next sync would succeed, and prove nothing. So once one has failed, all fail until the server, which
 * reads its files anew at its start, is another.
 */
export function openDisk(store: string, options: DiskOptions = {}): Disk {
  const { server = () => "", datasync = promisify(fdatasync) } = options;
  const streams = durable.map((name) =>
    blockFiles(join(store, "jetstream", "WEFT", "streams", name), datasync),
  );
  let failed: { readonly error: SyncFailed; readonly server: string } | undefined;
  const closeAll = (): void => {
    for (const stream of streams) stream.close();
  };
  const pass = async (): Promise<void> => {
    const now = server();
    if (failed?.server === now) throw failed.error;
    if (failed !== undefined) closeAll();
    failed = undefined;
    try {
      for (const stream of streams) await stream.sync();
    } catch (error) {
      if (error instanceof SyncFailed) failed = { error, server: now };
      throw error;
    }
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
    close() {
      if (running === undefined) closeAll();
      else running.catch(() => undefined).then(closeAll);
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

/** The kernel could not write, and does not try again. */
class SyncFailed extends Error {
  constructor(path: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${path}: ${why}; nothing is acknowledged until nats-server was restarted`, { cause });
  }
}

const syncAll = promisify(fsync);

/** Syncs the block files of one stream, `<n>.blk`: the first time all, then those at the end that have changed. */
function blockFiles(stream: string, datasync: Sync): { sync(): Promise<void>; close(): void } {
  const directory = join(stream, "msgs");
  let synced: { readonly number: number; readonly state: string } | undefined;
  // The block at the end stays open: who opens a file after a failed write that somebody else was told of is not told.
  let last: { readonly file: string; readonly inode: number; readonly descriptor: number } | undefined;
  const close = (): void => {
    if (last !== undefined) closeSync(last.descriptor);
    last = undefined;
    synced = undefined;
  };
  const opened = (file: string, inode: number): number => {
    if (last?.file === file && last.inode === inode) return last.descriptor;
    const descriptor = openSync(file, "r");
    if (last !== undefined) closeSync(last.descriptor);
    last = { file, inode: fstatSync(descriptor).ino, descriptor };
    return descriptor;
  };
  const sync = async (): Promise<void> => {
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
      await told(file, datasync(opened(file, found.ino)));
      // A new file is nothing without its name.
      if (number !== before?.number) await syncFile(directory);
      synced = { number, state };
    }
    if (before === undefined) await syncAround(stream);
  };
  return { sync, close };
}

/** What a stream is besides its blocks: its settings, and the names of the directories that lead to it. */
async function syncAround(stream: string): Promise<void> {
  for (const name of ["meta.inf", "meta.sum"]) await syncFile(join(stream, name));
  // <store_dir>/jetstream/<account>/streams/<stream>
  for (let up = 0, path = stream; up < 5; up += 1, path = dirname(path)) await syncFile(path);
}

function stateOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`;
}

async function syncFile(path: string): Promise<void> {
  const descriptor = openSync(path, "r");
  try {
    await told(path, syncAll(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

async function told(path: string, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    throw new SyncFailed(path, error);
  });
}
