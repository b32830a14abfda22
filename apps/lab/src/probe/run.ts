import { WeftError } from "@weft/netaddr";
import { askWorkload, type ProbeAnswer, type Verdict } from "../workload/ask.ts";
import type { PlannedProbe, ProbeParty } from "./plan.ts";

/** What became of one connection. */
export interface ProbeResult {
  readonly from: string;
  readonly to: string;
  /** "tcp", "udp" or "sctp". */
  readonly protocol: string;
  readonly port: number;
  /** 6 or 4. */
  readonly family: number;
  readonly verdict: Verdict;
}

/**
 * A SYN is sent again after one second: waiting less than that judges by the first packet alone, and nothing in the
 * lab loses packets but verdicts.
 */
const probeTimeoutMs = 700;

/** Opens all the planned connections at once, from all containers at once; takes about one time-out when any is blocked. */
export async function runProbes(
  parties: readonly ProbeParty[],
  probes: readonly PlannedProbe[],
  timeoutMs = probeTimeoutMs,
  signal?: AbortSignal,
): Promise<ProbeResult[]> {
  const byName = new Map(parties.map((party) => [party.name, party]));
  const results = new Map<PlannedProbe, Verdict>();
  const one = async (name: string, planned: readonly PlannedProbe[]) => {
    const targets = planned.map((probe) => probe.target);
    const answers = await askWorkload(byName.get(name)?.control ?? "", targets, timeoutMs, signal);
    for (const [index, probe] of planned.entries()) {
      const answer = answers[index];
      if (answer !== undefined) results.set(probe, judge(probe, answer, byName));
    }
  };
  await Promise.all(
    [...Map.groupBy(probes, (probe) => probe.from)].map(([name, planned]) => one(name, planned)),
  );
  return probes.map((probe) => ({
    from: probe.from,
    to: probe.to,
    protocol: probe.protocol.toLowerCase(),
    port: probe.port,
    family: probe.family,
    verdict: results.get(probe) ?? "blocked",
  }));
}

/** A connection counts when the right one answered: its name is the proof. Ports of other servers prove by connecting. */
function judge(probe: PlannedProbe, answer: ProbeAnswer, byName: ReadonlyMap<string, ProbeParty>): Verdict {
  if (answer.verdict !== "allowed" || answer.detail === probe.to) return answer.verdict;
  if (byName.has(answer.detail)) {
    throw new WeftError("INTERNAL", `${probe.from} asked for ${probe.to}, and ${answer.detail} answered`);
  }
  const declared = byName
    .get(probe.to)
    ?.ports.some((port) => port.protocol === probe.protocol && port.port === probe.port);
  return declared ? "blocked" : "allowed";
}
