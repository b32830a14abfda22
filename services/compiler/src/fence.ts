// What stands around a command that works on what others wrote: the commands before the command.
import { randomInt } from "node:crypto";
import type { Bound } from "./domain/digest.ts";

/** What a sandboxed command may use. */
export interface Limits {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** Most that it may write to its output. */
  readonly outputBytes: number;
  /** Wall clock. */
  readonly timeoutMs: number;
}

/** The command's root while it is being made, in a mount namespace of its own. */
const rootFolder = "/mnt";
/** File of the archive that says what is bound where. */
export const tableFile = "fstab";
/** Status when the fence could not be put up: the command did not begin. */
export const fenceFailed = 125;

const rootMebibytes = 16;

/**
 * Users of whom each belongs to one command, once. systemd's list of ranges has these as unused, and neither Debian nor
 * the tools that hand out subordinate ids take from them (ADR 0016).
 */
const users = { first: 1_879_048_192, last: 2_147_352_575 } as const;

/**
 * A root of the command's own: the files of the archive on standard input, and what is bound; nothing else of this machine,
 * no /proc, no device, no place to write. It is in a mount namespace that no other process has, and goes with it. The shell
 * stays as the first process of the PID namespace, with privileges that the command cannot have: when it is killed, all that
 * the command started goes with it.
 */
const script = `
set -e
trap 'exit ${fenceFailed}' EXIT
root=${rootFolder}
mount -t tmpfs -o mode=755,size=${rootMebibytes}m,nosuid,nodev tmpfs $root
tar -x -C $root
mount --all --fstab $root/${tableFile}
rm $root/${tableFile}
mount -o remount,ro,noexec,nosuid,nodev $root
trap - EXIT
"$@"
exit $?
`;

/** The table of mounts (fstab) for what is bound. */
export function tableOf(bound: readonly Bound[]): string {
  return bound.map(({ from, at }) => `${from} ${rootFolder}${at} none bind,ro,nosuid,nodev\n`).join("");
}

/** A command line that runs the command fenced in, as a user that nobody else is. It needs root. */
export function fenced(command: readonly string[], folder: string, limits: Limits): string[] {
  const { cpuSeconds, memoryBytes, outputBytes } = limits;
  const user = randomInt(users.first, users.last + 1);
  return [
    // Whoever kills this process kills the command: it does not outlive the service.
    ...["setpriv", "--pdeathsig=KILL", "--"],
    ...["unshare", "--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "--"],
    ...["sh", "-c", script, "sh"],
    ...["prlimit", `--cpu=${cpuSeconds}`, `--as=${memoryBytes}`, `--fsize=${outputBytes}`],
    ...["--core=0", "--nproc=16", "--nofile=256", "--"],
    // What the last step needs, and loses as it becomes the user.
    ...["setpriv", "--no-new-privs", "--inh-caps=-all"],
    ...["--bounding-set=-all,+sys_chroot,+setuid,+setgid", "--"],
    ...["unshare", `--root=${rootFolder}`, `--wd=${folder}`, `--setgid=${user}`, `--setuid=${user}`, "--"],
    ...command,
  ];
}
