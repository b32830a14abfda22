import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addDown } from "./down.ts";
import { addLabDemo } from "./lab-demo.ts";
import { addLabExec } from "./lab-exec.ts";
import { addLabIpv4 } from "./lab-ipv4.ts";
import { addLabProbe } from "./lab-probe.ts";
import { addLabRm } from "./lab-rm.ts";
import { addLabRun } from "./lab-run.ts";
import { addLabUp } from "./lab-up.ts";

/** Adds `weft lab` and what is below it. */
export function addLab(program: Command, context: Context): void {
  const lab = program
    .command("lab")
    .summary("a whole mesh of simulated hosts on this machine")
    .description(
      "A whole mesh of simulated hosts in network namespaces, running the workloads of ordinary manifests.",
    );
  for (const add of [addLabUp, addLabRun, addLabRm, addLabIpv4, addLabExec, addLabProbe, addLabDemo, addDown])
    add(lab, context);
}
