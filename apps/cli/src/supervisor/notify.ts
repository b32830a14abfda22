import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Tells the service manager how its service is: sd_notify(3). */
interface Notifier {
  /** Whether there is a service manager, which starts us again. */
  readonly isThere: boolean;
  /** From one sign of life to the next; undefined when nobody waits for any. */
  readonly watchdogMs: number | undefined;
  /** Hands over lines such as "READY=1"; a manager that cannot be told is no reason to stop. */
  tell(...lines: readonly string[]): Promise<void>;
}

/** Variables by which systemd is reached, which the processes of a mesh do not get. */
export const notifyVariables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] as const;

/**
 * Whether systemd started this very process as a service that is to report (systemd.exec(5), SYSTEMD_EXEC_PID). The variables
 * alone say nothing: whatever a service starts, such as a shell, inherits them.
 */
export function isService(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { NOTIFY_SOCKET: socket, SYSTEMD_EXEC_PID: pid } = environment;
  return socket !== undefined && socket !== "" && pid === String(process.pid);
}

/**
 * The service manager that the environment names. Node.js has no datagram sockets of family Unix: systemd's own program
 * sends what is told, and is there wherever its socket is.
 */
export function openNotifier(environment: Readonly<Record<string, string | undefined>>): Notifier {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: limit, PATH: path } = environment;
  if (socket === undefined || socket === "")
    return { isThere: false, watchdogMs: undefined, tell: async () => {} };
  const limitMs = Number(limit ?? 0) / 1000;
  const env = { NOTIFY_SOCKET: socket, ...(path === undefined ? {} : { PATH: path }) };
  return {
    isThere: true,
    watchdogMs: limitMs > 0 ? limitMs / 4 : undefined,
    async tell(...lines) {
      try {
        await promisify(execFile)("systemd-notify", lines, { env, timeout: 10_000 });
      } catch (error) {
        console.error(`weft: the service manager cannot be told: ${String(error)}`);
      }
    },
  };
}
