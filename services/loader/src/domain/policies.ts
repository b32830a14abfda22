// The policies of a mesh, container by container, as the kernel holds them.
import { createHash } from "node:crypto";
import { liveView, type Mesh, policyEndpointOf } from "@weft/model";
import { toWeftError, WeftError } from "@weft/netaddr";
import {
  type DirectionRules,
  type EndpointRules,
  type MapEntry,
  rulesFor,
  tableMapEntries,
  tables,
} from "@weft/policy";
import { weft } from "@weft/proto";
import { type Entries, little, toHex } from "./bytes.ts";
import type { KernelPolicy, PolicyOf } from "./policy.ts";

const derived = new WeakMap<EndpointRules, KernelPolicy>();

/** The policy of each container of a mesh as of now: the same object as long as no event concerned the container's rules. */
export function policiesOf(mesh: Mesh): PolicyOf {
  const view = liveView(mesh);
  return (endpoint) => {
    const rules = rulesFor(policyEndpointOf(endpoint), view);
    let policy = derived.get(rules);
    if (policy === undefined) {
      policy = derive(rules);
      derived.set(rules, policy);
    }
    return policy;
  };
}

/**
 * The policy of rules. Where they have no tables (too large), nothing but who is trusted is let pass in the
 * directions that they govern: what somebody meant to close must not stay open.
 */
function derive(rules: EndpointRules): KernelPolicy {
  try {
    const { ingress, egress } = rules;
    return {
      ...kernelPolicy(rules),
      revocation: { ingress: ingress.revocation, egress: egress.revocation },
    };
  } catch (thrown) {
    const { code, message } = toWeftError(thrown);
    const { ingress, egress } = rules;
    const closed = { ...rules, ingress: closedAs(ingress, rules), egress: closedAs(egress, rules) };
    const directions = [ingress.enforced ? "ingress" : [], egress.enforced ? "egress" : []]
      .flat()
      .join(" and ");
    const refused = new WeftError(code, `${message}: its ${directions} is closed`, { cause: thrown });
    return { ...kernelPolicy(closed), refused };
  }
}

/** Nothing passes but who is trusted, unless a denial that stands before that may be about them. */
function closedAs(direction: DirectionRules, { trusted }: EndpointRules): DirectionRules {
  const denials = direction.rules.slice(0, direction.trustedAt).filter(({ action }) => action === "deny");
  const shutOut = denials
    .flatMap(({ matches }) => matches)
    .some(({ peers }) => {
      return peers === "any" || peers.blocks.length > 0 || trusted.some((one) => peers.identities.has(one));
    });
  return { ...direction, rules: [], fallback: "deny", trustedAt: shutOut ? undefined : 0 };
}

/** The tables of rules as map entries and constants. Equal tables have equal keys. Flows that they deny are cut. */
function kernelPolicy(rules: EndpointRules): KernelPolicy {
  const made = tables(rules);
  const entries = tableMapEntries(made);
  return {
    key: createHash("sha256").update(weft.v1.PolicyTables.encode(made).finish()).digest("hex"),
    tables: made,
    rules,
    ingress: made.ingress.enforced,
    egress: made.egress.enforced,
    addresses: made.ingress.addresses.length + made.egress.addresses.length > 0,
    constants: {
      address_class_count: entries.addressClassCount.map(little.u16).join(""),
      port_class_count: entries.portClassCount.map(little.u16).join(""),
      verdict_base: entries.verdictBase.map(little.u32).join(""),
    },
    revocation: { ingress: { mode: "cut" }, egress: { mode: "cut" } },
    maps: {
      identity_classes: entriesOf(entries.identityClasses),
      address_classes: entriesOf(entries.addressClasses),
      port_classes: entriesOf(entries.portClasses),
      verdicts: withoutZeros(entriesOf(entries.verdicts)),
    },
    sizes: {
      identity_classes: entries.identityClasses.length,
      address_classes: entries.addressClasses.length,
      port_classes: entries.portClasses.length,
      verdicts: entries.verdicts.length,
    },
  };
}

function entriesOf(entries: readonly MapEntry[]): Entries {
  return new Map(entries.map(({ key, value }) => [toHex(key), toHex(value)]));
}

/** An array map holds zeros where nothing was written: writing and comparing them would be work for nothing. */
export function withoutZeros(entries: Entries): Entries {
  return new Map([...entries].filter(([, value]) => !/^0*$/.test(value)));
}
