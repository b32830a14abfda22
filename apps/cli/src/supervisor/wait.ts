import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { WeftError } from "@weft/netaddr";

const pollMs = 20;

/**
 * Waits until a server answers at the path of a Unix socket; `what` is named when it does not in time. `failure` says
 * why there is no hope, once there is none.
 */
export async function waitForSocket(
  path: string,
  what: string,
  signal: AbortSignal,
  failure: () => string | undefined,
): Promise<void> {
  while (!(await answers(path))) {
    const reason = failure();
    if (reason !== undefined) throw new WeftError("UNAVAILABLE", `${what} does not start: ${reason}`);
    if (signal.aborted) {
      throw new WeftError("DEADLINE_EXCEEDED", `${what} did not start in time`, {
        expected: `a server at ${path}; its log says why there is none`,
      });
    }
    await sleep(pollMs);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
}
