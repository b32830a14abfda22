/** Numbers with a meaning that no label set has; the same as Cilium's, so that tools of the field read them right. */
export const reservedIdentities = {
  host: 1,
  world: 2,
  unmanaged: 3,
  health: 4,
  init: 5,
  "remote-node": 6,
  "kube-apiserver": 7,
  ingress: 8,
} as const;

/** First number that a label set may get; those below are reserved. */
export const firstIdentity = 256;

/** Last number: the identity travels in the 24 bits of a VXLAN network identifier (RFC 7348 section 5). */
export const lastIdentity = 2 ** 24 - 1;

/** Name of a reserved number; undefined when it is none. */
export function reservedName(identity: number): keyof typeof reservedIdentities | undefined {
  const names = Object.keys(reservedIdentities) as (keyof typeof reservedIdentities)[];
  return names.find((name) => reservedIdentities[name] === identity);
}
