import type { Log, OnUnknown } from "@weft/log";
import { type Mesh, policyView } from "@weft/model";
import { type Address, type Family, formatAddress, WeftError } from "@weft/netaddr";
import { type ProtocolName, reservedIdentities } from "@weft/policy";
import { type EndView, type Judgement, judge, revisionsIn } from "./answer.ts";
import { addressOf, type End, type EndText, endName, endView, findEnd, partyOf } from "./end.ts";
import { type EventRef, eventsAt } from "./evidence.ts";
import { lastSeen } from "./gone.ts";
import { type Holder, holdersOf } from "./holders.ts";
import { type Question, verdictSince } from "./since.ts";

/** A flow as people ask about it. */
export interface Asked {
  readonly from: EndText;
  readonly to: EndText;
  readonly protocol: "TCP" | "UDP" | "SCTP" | "ICMP";
  readonly port: number;
  /** Unset: IPv6 where both ends have it. */
  readonly family?: Family;
}

/** What is there to answer from. */
export interface History {
  readonly log: Pick<Log, "read">;
  readonly mesh: Mesh;
  readonly revision: number;
  readonly onUnknown: OnUnknown;
  readonly signal: AbortSignal;
}

/** What becomes of a flow's packets, and why, at a revision. */
export type Answer =
  | ({ readonly kind: "policy"; readonly revision: number } & Judgement & Evidence)
  /** Before any policy is asked: an end has an address of the mesh that no container has. */
  | ({ readonly kind: "nobody"; readonly revision: number } & Nobody);

interface Evidence {
  /** The event that gave the flow this verdict; null: it cannot be told. */
  readonly since: EventRef | null;
  /** The events of the policies that are named. */
  readonly events: readonly EventRef[];
}

/** Packets with an address that nobody has. */
export interface Nobody {
  readonly verdict: "denied";
  /** Name of the outcome. */
  readonly reason: "drop_no_peer" | "drop_source_address";
  readonly from: EndView;
  readonly to: EndView;
  /** Who had the address before, the last one last. */
  readonly holders: readonly Holder[];
}

/** Answers a question by a mesh, and the events behind it by the log. */
export async function ask(asked: Asked, history: History): Promise<Answer> {
  const { mesh, revision, log, onUnknown, signal } = history;
  const ends = [await endOf(asked.from, "--from", history), await endOf(asked.to, "--to", history)] as const;
  const [from, to] = ends;
  const family = familyOf(from, to, asked.family);
  const [source, destination] = [addressOf(from, family), addressOf(to, family)];
  if (source === undefined || destination === undefined) throw noFamily(from, to, family);
  const nobody = nobodyOf(from, to);
  if (nobody !== undefined) {
    const holders = await holdersOf(log, nobody.address, mesh, { to: revision, onUnknown, signal });
    const { reason } = nobody;
    const views = {
      from: { ...endView(from, identityOf(from, to)), address: formatAddress(source) },
      to: { ...endView(to, identityOf(to, from)), address: formatAddress(destination) },
    };
    return { kind: "nobody", revision, verdict: "denied", reason, ...views, holders };
  }
  const protocol: ProtocolName = asked.protocol === "ICMP" && family === 6 ? "ICMPv6" : asked.protocol;
  const parties = { from: partyOf(from, to), to: partyOf(to, from) };
  const question: Question = { from, to, flow: { ...parties, protocol, port: asked.port, family } };
  const views = { from: endView(from, parties.from.identity), to: endView(to, parties.to.identity) };
  const judgement = judge({ flow: question.flow, ...views }, policyView(mesh), mesh);
  const events = await eventsAt(log, revisionsIn(judgement), onUnknown, signal);
  const since = await verdictSince(log, question, revision, onUnknown, signal);
  return { kind: "policy", revision, ...judgement, since: since ?? null, events };
}

async function endOf(text: EndText, field: string, history: History): Promise<End> {
  const found = findEnd(text, history.mesh, field);
  if (found !== undefined) return found;
  if (text.kind === "address") throw new RangeError("an address is an end in any mesh");
  const { namespace, name } = text.name;
  const seen = await lastSeen(text.name, history);
  const message = `there is no container ${namespace}/${name} at revision ${history.revision}`;
  throw new WeftError("NOT_FOUND", message, {
    field,
    expected: seen ?? "one that weft get endpoints lists, or an address",
  });
}

function identityOf(end: End, other: End): number {
  return end.kind === "nobody" ? reservedIdentities.world : partyOf(end, other).identity;
}

function nobodyOf(from: End, to: End): { address: Address; reason: Nobody["reason"] } | undefined {
  if (from.kind === "nobody") return { address: from.address, reason: "drop_source_address" };
  if (to.kind === "nobody") return { address: to.address, reason: "drop_no_peer" };
  return undefined;
}

/** The family of the flow; INVALID_ARGUMENT for ends that no flow of the mesh is between. */
function familyOf(from: End, to: End, wanted: Family | undefined): Family {
  if (from.kind !== "container" && to.kind !== "container")
    throw new WeftError("INVALID_ARGUMENT", `neither ${endName(from)} nor ${endName(to)} is a container`, {
      field: "--from",
      expected: "a container at one end at least",
    });
  if (from.kind === "container" && to.kind === "container" && from.endpoint === to.endpoint)
    throw new WeftError("INVALID_ARGUMENT", `what ${endName(from)} sends to itself does not leave it`, {
      field: "--to",
      expected: "another container, or an address",
    });
  if (wanted !== undefined) return wanted;
  for (const end of [from, to]) if (end.kind !== "container") return end.address.family;
  return addressOf(from, 6) !== undefined && addressOf(to, 6) !== undefined ? 6 : 4;
}

function noFamily(from: End, to: End, family: Family): WeftError {
  const without = addressOf(from, family) === undefined ? from : to;
  return new WeftError("FAILED_PRECONDITION", `${endName(without)} has no IPv${family} address`, {
    field: "--family",
    expected: "a family that both ends have",
  });
}
