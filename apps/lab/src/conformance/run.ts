import { type Family, toWeftError, WeftError } from "@weft/netaddr";
import { planStep, type StepPlan } from "./expect.ts";
import type { WorldPlan } from "./plan.ts";
import { type Probed, probeCells } from "./probe.ts";
import type { ConformanceCase, ConformanceStep } from "./schema.ts";
import type { World } from "./world.ts";

/** What became of one step. */
export interface StepResult extends Probed {
  /** Counted from 0. */
  readonly step: number;
  /** What the file says was done: "CreatePolicy x/base". */
  readonly actions: readonly string[];
  readonly expectation: StepPlan["expectation"];
  /** Revision that every host enforced. */
  readonly revision: number;
  /** Cells that were tried, in all families. */
  readonly cells: number;
  /** Containers that a NetworkPolicy selects. */
  readonly selected: number;
  /** Containers that ran programs of their own when the cells were tried. */
  readonly specialised: number;
  readonly seconds: number;
}

/** What became of one case. */
export interface CaseResult {
  readonly index: number;
  readonly description: string;
  readonly steps: readonly StepResult[];
}

/** How cases are run. */
interface RunCasesOptions {
  readonly families: readonly Family[];
  /** Called when a step is in force, before its cells are tried; gives how many containers have programs of their own. */
  readonly inForce: (step: StepPlan) => Promise<number>;
  readonly onCase?: (result: CaseResult) => void;
  readonly signal?: AbortSignal;
}

/** Runs cases one after the other; containers stay from one to the next. */
export async function runCases(
  cases: readonly ConformanceCase[],
  plan: WorldPlan,
  world: World,
  options: RunCasesOptions,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { index, description, steps } of cases) {
    const done: StepResult[] = [];
    for (const [number, step] of steps.entries()) {
      try {
        done.push(await runStep(step, number, plan, world, options));
      } catch (thrown) {
        options.signal?.throwIfAborted();
        const { code, message } = toWeftError(thrown);
        throw new WeftError(code, `case ${index}, step ${number}: ${message}`, { cause: thrown });
      }
    }
    const result = { index, description, steps: done };
    options.onCase?.(result);
    results.push(result);
  }
  return results;
}

async function runStep(
  step: ConformanceStep,
  number: number,
  plan: WorldPlan,
  world: World,
  { families, inForce, signal }: RunCasesOptions,
): Promise<StepResult> {
  const start = performance.now();
  const planned = planStep(step, plan, families);
  const revision = await world.enter({ ...planned.state, policies: planned.policies }, signal);
  const specialised = await inForce(planned);
  const probed = await probeCells(planned.cells, world.containers, signal);
  return {
    step: number,
    actions: step.actions.map(describeAction),
    expectation: planned.expectation,
    revision,
    cells: planned.cells.length,
    ...probed,
    selected: planned.selected.length,
    specialised,
    seconds: Math.round(performance.now() - start) / 1000,
  };
}

/** "CreatePolicy x/base", "SetPodLabels y/b" ... */
function describeAction(action: ConformanceStep["actions"][number]): string {
  const words = Object.entries(action).flatMap(([kind, what]) => {
    if (what === undefined) return [];
    if ("Policy" in what) {
      const { namespace = "", name } = what.Policy.metadata;
      return [`${kind} ${namespace}/${name}`];
    }
    if ("Namespaces" in what) return [`${kind} ${what.Namespaces.join(" ")}`];
    const name = "Pod" in what ? what.Pod : "Name" in what ? what.Name : undefined;
    return [name === undefined ? `${kind} ${what.Namespace}` : `${kind} ${what.Namespace}/${name}`];
  });
  return words.join();
}
