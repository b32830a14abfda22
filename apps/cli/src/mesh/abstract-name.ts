// Names of abstract Unix sockets (unix(7)). One belongs to a network namespace, whatever file systems are seen there, needs no
// space on any disk, and goes with the process that holds it.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { titleOf } from "@weft/lab";

const pollMs = 20;

/** Takes a name, waiting for it at most this long; undefined when somebody else holds it. */
export async function holdName(name: string, patienceMs: number): Promise<AsyncDisposable | undefined> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const server = createServer((socket) => socket.destroy());
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "EADDRINUSE" ? resolve(false) : reject(error),
      );
      server.listen(`\0${name}`, () => resolve(true));
    });
    if (taken) {
      // Held for as long as the process lives, and no reason for it to live.
      server.unref();
      return { [Symbol.asyncDispose]: () => new Promise<void>((done) => void server.close(() => done())) };
    }
    if (performance.now() > deadline) return undefined;
    await sleep(pollMs);
  }
}

/** Whether anybody in this network namespace holds a name. */
export function isHeld(name: string): boolean {
  return inodesOf(name).length > 0;
}

/** Who holds a name: "node (process 4711)"; without a process where none is seen, as from a container. */
export function holderOf(name: string): string {
  const links = new Set(inodesOf(name).map((inode) => `socket:[${inode}]`));
  const pid = readdirSync("/proc").find((one) => /^\d+$/.test(one) && hasOpen(one, links));
  if (pid === undefined) return "a process that is not seen from here";
  return `${titleOf(Number(pid)) || "a program"} (process ${pid})`;
}

/** Inodes of the stream sockets that bear a name. */
function inodesOf(name: string): string[] {
  const lines = readFileSync("/proc/self/net/unix", "utf8").split("\n").slice(1);
  const sockets = lines.map((line) => line.trim().split(/\s+/));
  return sockets.flatMap(([, , , , type, , inode, path]) =>
    type === "0001" && path === `@${name}` && inode !== undefined ? [inode] : [],
  );
}

function hasOpen(pid: string, links: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return links.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
