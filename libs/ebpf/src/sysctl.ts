import { type InNetns, type NetworkOperation, request, runNetwork } from "./netlink-message.ts";

/** Writes a file of /proc/sys; "net/..." is that of the namespace the operation runs in. */
export function writeSysctlOperation(name: string, value: string | number): NetworkOperation {
  return { call: `sysctl ${name}`, sysctl: name, value: String(value) };
}

/** Writes a sysctl ("net/ipv6/conf/all/forwarding") as a network namespace has it. Throws ENOENT, EINVAL. */
export function writeSysctl(name: string, value: string | number, options: InNetns = {}): Promise<void> {
  return runNetwork(options.netns, [{ ...writeSysctlOperation(name, value), ...tolerated(options) }]);
}

/** Reads a sysctl as a network namespace has it, without the line's end. Throws ENOENT. */
export async function readSysctl(name: string, options: InNetns = {}): Promise<string> {
  const [reply] = await request(options.netns, [{ call: `sysctl ${name}`, sysctl: name }]);
  return reply?.value ?? "";
}

function tolerated({ tolerate }: InNetns): { tolerate?: readonly string[] } {
  return tolerate === undefined ? {} : { tolerate };
}
