// What stands around a command that works on what others wrote: the commands before the command.
import { getuid } from "node:process";

/** What a sandboxed command may use. */
export interface Limits {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly fileBytes: number;
  /** Wall clock. */
  readonly timeoutMs: number;
}

/** User and group "nobody" of every Debian: a command of root's becomes theirs, and the folder that it writes. */
export const nobody = 65_534;

/** True when this process may become somebody else. */
export function isRoot(): boolean {
  return getuid?.() === 0;
}

/**
 * A root of the command's own: programs, libraries and headers read-only, its folder where it is, nothing else of this
 * machine. The shell stays as the first process of the PID namespace, with privileges that the command cannot have: when
 * it is killed, all that the command started goes with it.
 */
const script = `
set -e
folder=$1 root=/mnt
shift
mount -t tmpfs -o mode=755,size=1m,nosuid tmpfs $root
mkdir -p $root/usr $root/dev $root/proc "$root$folder"
ln -s usr/bin usr/sbin usr/lib usr/lib64 $root
: > $root/dev/null > $root/dev/zero > $root/dev/urandom
cat > $root/mounts <<END
/usr $root/usr none rbind,ro,nosuid,nodev
/dev/null $root/dev/null none bind
/dev/zero $root/dev/zero none bind
/dev/urandom $root/dev/urandom none bind
proc $root/proc proc nosuid,nodev,noexec
END
mount --all --fstab $root/mounts
mount -o bind,nosuid,nodev "$folder" "$root$folder"
unshare --root=$root --wd="$folder" -- "$@"
exit $?
`;

/** A command line that runs the command fenced in, with `folder` as all that it can write. */
export function fenced(command: readonly string[], folder: string, limits: Limits): string[] {
  const { cpuSeconds, memoryBytes, fileBytes } = limits;
  const asUser = isRoot() ? [] : ["--map-root-user"];
  const asNobody = isRoot() ? [`--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"] : [];
  return [
    ...["unshare", ...asUser, "--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "--"],
    ...["sh", "-c", script, "sh", folder],
    ...["setpriv", ...asNobody, "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"],
    ...["prlimit", `--cpu=${cpuSeconds}`, `--as=${memoryBytes}`, `--fsize=${fileBytes}`, "--core=0", "--"],
    ...command,
  ];
}
