import { msSince, nowNs } from "./clock.ts";
import type { ChaosLab } from "./lab.ts";
import { noise } from "./scene.ts";

/** What the command said to somebody who made a change right after a fault. */
export interface Person {
  readonly status: number;
  readonly tookMs: number;
  /** Standard error, without the lines that name what was changed. */
  readonly said: string;
}

let number = 0;

/** Makes a change by the command, as a person would. */
export async function askPerson(lab: ChaosLab): Promise<Person> {
  number += 1;
  const begun = nowNs();
  const words = ["apply", "-f", "-", "--wait", "--timeout", "30s"];
  const { status, stderr } = await lab.run(words, noise("person", number));
  const said = stderr
    .split("\n")
    .filter((line) => line.startsWith("weft:"))
    .join("\n");
  return { status, tookMs: msSince(begun), said };
}
