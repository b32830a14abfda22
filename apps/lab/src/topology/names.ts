/** Name of the namespace of a host: `ip netns` shows it. */
export function hostNetns(mesh: string, host: string): string {
  return `weft-${mesh}-${host}`;
}

/** Name of the namespace between the hosts: a router, for there is no bridge anywhere. */
export function fabricNetns(mesh: string): string {
  return `weft-${mesh}-fabric`;
}

/** Name of the namespace of a container. */
export function containerNetns(mesh: string, id: string): string {
  return `weft-${mesh}-c-${id}`;
}

/** Whether a namespace belongs to a mesh, whatever else is named alike. */
export function isOfMesh(mesh: string, netns: string): boolean {
  const rest = netns.startsWith(`weft-${mesh}-`) ? netns.slice(`weft-${mesh}-`.length) : "";
  return rest === "fabric" || /^h\d+$/.test(rest) || /^c-[^-]+$/.test(rest);
}

/** Path of a named namespace. */
export function netnsPathOf(name: string): string {
  return `/run/netns/${name}`;
}
