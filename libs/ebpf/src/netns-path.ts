/**
 * The path of a network namespace: a path stays, a name is one of `ip netns` (/run/netns/NAME),
 * nothing is the calling process's own ("").
 */
export function netnsPath(netns: string | undefined): string {
  if (netns === undefined || netns === "") return "";
  return netns.includes("/") ? netns : `/run/netns/${netns}`;
}
