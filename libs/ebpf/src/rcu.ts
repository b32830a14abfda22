// Grace periods on demand: a tcx link waits for one under the kernel's network lock, so that many links wait one after
// the other. An expedited grace period takes microseconds where an ordinary one takes 5 to 25 ms.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where the setting of the machine is, and where the processes that need it are noted. */
export interface RcuPlace {
  readonly knob: string;
  /** Has an empty file for each: its number and its start time, "4711.183256". */
  readonly owners: string;
}

const machine: RcuPlace = { knob: "/sys/kernel/rcu_expedited", owners: "/run/rcu-expedited" };

/**
 * What is written into the knob to switch it on. The kernel only tells 0 from all others, so that the value says by whom it
 * was switched on: this one was 0 before.
 */
const ours = "5746";

/** Times that this process has asked for it and not given it back, by the knob. */
const held = new Map<string, number>();

/**
 * Expedites the grace periods of the whole machine until it is disposed, and until no other process needs it. Who finds the
 * knob switched on by somebody else leaves it so; where it cannot be written, everything takes longer, and nothing else is
 * different. After a kill, `restoreGracePeriods` puts it back.
 */
export async function expediteGracePeriods(place: RcuPlace = machine): Promise<AsyncDisposable> {
  const { knob, owners } = place;
  held.set(knob, (held.get(knob) ?? 0) + 1);
  try {
    await mkdir(owners, { recursive: true, mode: 0o700 });
    await writeFile(await ownFile(place), "");
    if ((await readKnob(place)) === "0") await writeFile(knob, ours);
  } catch {
    // Then nothing is hurried.
  }
  return {
    async [Symbol.asyncDispose]() {
      const left = (held.get(knob) ?? 1) - 1;
      held.set(knob, left);
      if (left > 0) return;
      await rm(await ownFile(place), { force: true }).catch(() => undefined);
      await restoreGracePeriods(place);
    },
  };
}

/** Switches the knob off again, if it was switched on here and no process that did so is left. Never throws. */
export async function restoreGracePeriods(place: RcuPlace = machine): Promise<void> {
  try {
    if ((await readKnob(place)) !== ours || (await livingOwners(place)) > 0) return;
    await writeFile(place.knob, "0");
  } catch {
    // There is no such knob here, or it is not to be written.
  }
}

async function readKnob({ knob }: RcuPlace): Promise<string> {
  return (await readFile(knob, "utf8")).trim();
}

async function ownFile({ owners }: RcuPlace): Promise<string> {
  return join(owners, `${process.pid}.${await startOf(process.pid)}`);
}

/** Counts the processes that need it; forgets those that ended without giving it back. */
async function livingOwners({ owners }: RcuPlace): Promise<number> {
  let living = 0;
  for (const name of await readdir(owners).catch(() => [])) {
    const [pid, start] = name.split(".");
    if ((await startOf(Number(pid))) === start) living += 1;
    else await rm(join(owners, name), { force: true });
  }
  return living;
}

/** Start time of a process in clock ticks since boot (field 22 of proc_pid_stat(5)); undefined when it is gone or a zombie. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" || state === "X" ? undefined : fields[18];
}
