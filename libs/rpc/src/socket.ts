import { chmod, link, mkdir, mkdtemp, rm, stat, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { WeftError } from "@weft/netaddr";

/** Linux keeps a socket's path in 108 bytes, one of them the end (unix(7)). */
const pathLimitBytes = 107;

/** A Unix socket that is being served at its path. */
export interface BoundSocket {
  /** Removes the path if it is still ours. */
  remove(): Promise<void>;
}

/**
 * Serves a Unix socket at `path` with mode 0600. `bind` makes it inside a directory that only this user can enter, and it
 * appears at `path` complete, so no one can connect in between. A path that nobody answers at (a server was killed) is
 * taken over; one with a live server is refused: replicas use different paths.
 */
export async function bindSocket(
  path: string,
  bind: (temporary: string) => Promise<void>,
): Promise<BoundSocket> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const workshop = await mkdtemp(join(directory, ".s"));
  const temporary = join(workshop, "s");
  try {
    if (Buffer.byteLength(temporary) > pathLimitBytes || Buffer.byteLength(path) > pathLimitBytes) {
      throw new WeftError("INVALID_ARGUMENT", `the path of the socket is too long: ${path}`, {
        field: "socket",
        expected: `at most ${pathLimitBytes - 12} bytes`,
      });
    }
    await bind(temporary);
    await chmod(temporary, 0o600);
    await publish(temporary, path);
    const { ino } = await stat(path);
    return { remove: () => removeOwn(path, ino) };
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** link(2) fails when the path exists, so that of two servers starting at once only one gets it. */
async function publish(temporary: string, path: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await link(temporary, path);
    } catch (error) {
      if (codeOf(error) !== "EEXIST" || attempt > 3) throw error;
    }
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    if (!found.isSocket()) throw new WeftError("FAILED_PRECONDITION", `${path} exists and is not a socket`);
    if (await answers(path)) {
      throw new WeftError("FAILED_PRECONDITION", `a server is answering at ${path}`, {
        expected: "another socket path for a second replica",
      });
    }
    await removeOwn(path, found.ino);
  }
}

async function removeOwn(path: string, ino: number): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.ino === ino) await unlink(path).catch(() => {});
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.once("connect", () => done(true));
    // EAGAIN: its queue of connections is full, so somebody listens.
    socket.once("error", (error) => done(codeOf(error) === "EAGAIN"));
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
