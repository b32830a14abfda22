import { formatPrefix, type Prefix, parsePrefix, prefixOf } from "@weft/netaddr";
import type { BlockLayout } from "./blocks.ts";
import { suffixPrefix } from "./blocks.ts";
import type { NamedManifest } from "./schema.ts";

interface Block {
  readonly cidr: string;
  readonly except?: readonly string[] | null;
}

/** The blocks in the rules of policies, as prefixes without host bits. */
export function blocksOf(policies: readonly NamedManifest[]): string[] {
  const found: string[] = [];
  for (const policy of policies)
    rewrite(policy, (block) => {
      found.push(canonical(block.cidr), ...(block.except ?? []).map(canonical));
      return [block];
    });
  return found;
}

/** Whether what policies come to depends on addresses: a block holds some of its family and not others. */
export function dependsOnAddresses({ policies }: { readonly policies: readonly NamedManifest[] }): boolean {
  return blocksOf(policies).some(isPartial);
}

function isPartial(block: string): boolean {
  return parsePrefix(block).length > 0;
}

/**
 * A policy for the lab: each block in as many parts as there are prefixes of hosts, where the layout has it. A block of
 * all addresses stays one, for each family of the hosts' prefixes.
 */
export function translatePolicy<P extends NamedManifest>(
  policy: P,
  layout: BlockLayout,
  hosts: readonly Prefix[],
): P {
  const families = [...new Set(hosts.map(({ address }) => address.family))];
  const everywhere = families.map((family) => ({ family, cidr: family === 4 ? "0.0.0.0/0" : "::/0" }));
  const on = (host: Prefix, block: string): string => {
    const range = layout.ranges.get(canonical(block));
    if (range === undefined) throw new RangeError(`${block} has no place in the layout`);
    return formatPrefix(suffixPrefix(host, range));
  };
  return rewrite(policy, ({ cidr, except }) => {
    const holes = except ?? [];
    if (isPartial(canonical(cidr)))
      return hosts.map((host) =>
        withHoles(
          on(host, cidr),
          holes.map((hole) => on(host, hole)),
        ),
      );
    return everywhere.map(({ family, cidr: all }) => {
      const own = hosts.filter(({ address }) => address.family === family);
      return withHoles(
        all,
        holes.flatMap((hole) => own.map((host) => on(host, hole))),
      );
    });
  });
}

function withHoles(cidr: string, except: readonly string[]): Block {
  return except.length === 0 ? { cidr } : { cidr, except };
}

/** Kubernetes takes blocks with host bits, and cuts them off. */
function canonical(block: string): string {
  const [address = "", length = ""] = block.split("/");
  const family = address.includes(":") ? 128 : 32;
  const { address: whole } = parsePrefix(`${address}/${family}`);
  return formatPrefix(prefixOf(whole, Number(length)));
}

/** A policy of any kind with every ipBlock, and every network, replaced by others. */
function rewrite<P extends NamedManifest>(policy: P, replace: (block: Block) => readonly Block[]): P {
  if (!isRecord(policy.spec)) return policy;
  const spec: Record<string, unknown> = { ...policy.spec };
  for (const [field, value] of Object.entries(spec)) {
    if (!Array.isArray(value)) continue;
    spec[field] = value.map((rule: unknown) => (isRecord(rule) ? rewriteRule(rule, replace) : rule));
  }
  return { ...policy, spec };
}

function rewriteRule(rule: Record<string, unknown>, replace: (block: Block) => readonly Block[]) {
  const next = { ...rule };
  for (const side of ["from", "to"]) {
    const peers = next[side];
    if (!Array.isArray(peers)) continue;
    next[side] = peers.flatMap((peer: unknown) => (isRecord(peer) ? rewritePeer(peer, replace) : [peer]));
  }
  return next;
}

function rewritePeer(peer: Record<string, unknown>, replace: (block: Block) => readonly Block[]) {
  const { ipBlock, networks } = peer;
  if (isBlock(ipBlock)) return replace(ipBlock).map((other) => ({ ...peer, ipBlock: other }));
  if (!Array.isArray(networks)) return [peer];
  const cidrs = networks.flatMap((cidr) => replace({ cidr: String(cidr) }).map((other) => other.cidr));
  return [{ ...peer, networks: cidrs }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isBlock(value: unknown): value is Block {
  return isRecord(value) && typeof value.cidr === "string";
}
