import type { PolicyTable, PolicyTables } from "@weft/policy";

/** One direction in which nothing is enforced. */
export const open: PolicyTable = {
  enforced: false,
  identities: [],
  addresses: [],
  ports: [],
  identityClasses: 1,
  addressClasses: 1,
  portClasses: 1,
  verdicts: [],
};

/** One direction that lets nothing pass. */
export const closed: PolicyTable = {
  ...open,
  enforced: true,
  verdicts: [{ allow: false, rule: 0, revision: 1 }],
};

/** One direction that lets these identities pass on these ports of one protocol. */
export function allows(
  identities: readonly number[],
  protocol: number,
  ports: readonly number[],
): PolicyTable {
  const denied = { allow: false, rule: 0, revision: 1 };
  return {
    ...open,
    enforced: true,
    identities: identities.map((identity) => ({ identity, class: 1 })),
    ports: ports.map((port) => ({ protocol, from: port, to: port, class: 1 })),
    identityClasses: 2,
    portClasses: 2,
    verdicts: [denied, denied, denied, { allow: true, rule: 1, revision: 1 }],
  };
}

/** Tables of both directions; what is left out is not enforced. */
export function both({ ingress = open, egress = open }: Partial<PolicyTables>): PolicyTables {
  return { ingress, egress };
}
