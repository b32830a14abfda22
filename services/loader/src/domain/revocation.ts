// What becomes of flows that a container's policy denies by now, as constants of its programs.
import { revokeMode } from "@weft/datapath";
import type { Revocation } from "@weft/policy";
import { little } from "./bytes.ts";
import type { KernelPolicy } from "./policy.ts";
import type { Constants } from "./settings.ts";

function secondsOf(revocation: Revocation): number {
  return revocation.mode === "drain" ? revocation.seconds : 0;
}

function both({ revocation: { ingress, egress } }: KernelPolicy, write: (of: Revocation) => string): string {
  return write(ingress) + write(egress);
}

/** What the policy says. */
export function revocationConstants(policy: KernelPolicy): Constants {
  return {
    revoke_mode: both(policy, ({ mode }) => little.u8(revokeMode[mode])),
    drain_s: both(policy, (each) => little.u32(secondsOf(each))),
  };
}

/**
 * When flows that drain are over, of a permission that was taken back at this time of CLOCK_MONOTONIC. The kernel's unit is
 * 2^30 ns; never 0, and never early.
 */
export function drainConstants(policy: KernelPolicy, revokedMs: number): Constants {
  const until = (each: Revocation): number => {
    if (each.mode !== "drain") return 0;
    return Math.max(1, Math.ceil(((revokedMs + each.seconds * 1000) * 1e6) / 2 ** 30));
  };
  return { drain_until_s: both(policy, (each) => little.u32(until(each))) };
}
