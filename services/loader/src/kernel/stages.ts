// Which operations wait for each other: those of one owner do, those of different owners do not.
import { type Operation, ownerOf, sizeOf, targetOf } from "../domain/operation.ts";
import type { KernelWrite } from "../kernel.ts";

/** Operations of one owner in order; those in a group are done at once. "" is the host itself. */
export interface Chain {
  readonly owner: string;
  readonly groups: readonly (readonly Operation[])[];
}

/**
 * Operations in stages: a stage begins when the one before is done, its chains go side by side. What is about the whole
 * host stands alone, and whatever comes after it waits for it.
 */
export function stagesOf(operations: readonly Operation[]): Chain[][] {
  const stages: Chain[][] = [];
  let open: Map<string, Operation[]> | undefined;
  const close = (): void => {
    if (open === undefined) return;
    stages.push([...open].map(([owner, own]) => ({ owner, groups: groupsOf(own) })));
    open = undefined;
  };
  for (const operation of operations) {
    const owner = ownerOf(operation);
    if (owner === undefined) {
      close();
      stages.push([{ owner: "", groups: [[operation]] }]);
      continue;
    }
    open ??= new Map();
    const own = open.get(owner);
    if (own === undefined) open.set(owner, [operation]);
    else own.push(operation);
  }
  close();
  return stages;
}

/** Links of one owner are made at once: each waits for an RCU grace period. */
function groupsOf(operations: readonly Operation[]): Operation[][] {
  const groups: Operation[][] = [];
  for (const operation of operations) {
    const last = groups.at(-1);
    if (operation.kind === "link_attach" && last?.[0]?.kind === "link_attach") last.push(operation);
    else groups.push([operation]);
  }
  return groups;
}

/** What was written, by kind, as a trace shows it. */
export interface Notes {
  add(operation: Operation, startMs: number, endMs: number): void;
  /** The stage is over: what comes now is told apart from what was. */
  next(): void;
  writes(): KernelWrite[];
}

/** Notes of one pass. */
export function takeNotes(): Notes {
  const all: KernelWrite[] = [];
  let stage = new Map<Operation["kind"], KernelWrite>();
  const close = (): void => {
    all.push(...stage.values());
    stage = new Map();
  };
  return {
    add(operation, startMs, endMs) {
      const { kind } = operation;
      const one: KernelWrite = {
        kind,
        count: 1,
        owners: [ownerOf(operation) ?? ""],
        targets: [targetOf(operation)],
        entries: sizeOf(operation),
        startMs,
        endMs,
      };
      // Operations about the host come one a stage: runs of one kind are one write.
      const last = stage.get(kind) ?? (all.at(-1)?.kind === kind ? all.pop() : undefined);
      stage.set(kind, last === undefined ? one : joined(last, one));
    },
    next: close,
    writes() {
      close();
      return all;
    },
  };
}

function joined(a: KernelWrite, b: KernelWrite): KernelWrite {
  const union = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])];
  return {
    kind: a.kind,
    count: a.count + b.count,
    owners: union(a.owners, b.owners),
    targets: union(a.targets, b.targets),
    entries: a.entries + b.entries,
    startMs: Math.min(a.startMs, b.startMs),
    endMs: Math.max(a.endMs, b.endMs),
  };
}
