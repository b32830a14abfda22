import { parseArgs } from "node:util";
import { faults } from "./faults/index.ts";

/** What a run is asked for. */
export interface ChaosArguments {
  readonly seed: number;
  readonly minutes: number;
  readonly hosts: number;
  /** Kinds of faults that may happen. */
  readonly kinds: readonly string[];
  /** So many of each kind and then the end, however many minutes; 0: until the time is over. */
  readonly each: number;
  readonly json: boolean;
  /** Keep the logs of the mesh also when nothing was wrong. */
  readonly keepLogs: boolean;
}

/** What `--help` prints. */
export const help = `npm run chaos -- [--seed N] [--minutes M] [--hosts 2] [--only "kill loader,..."] [--each N] [-o json]

Brings up a lab, sends numbered traffic, makes changes, and lets faults happen in an order that the seed decides.
Exit status 1 when anything was lost, doubled, reset or unenforced, or a change was not possible again.
  --seed N       decides the order of faults, their victims and pauses (default: a random one, printed)
  --minutes M    how long (default 5)
  --hosts N      hosts of the lab, 2 to 8 (default 2)
  --only LIST    kinds of faults, separated by commas (default: all)
  --each N       end when each kind has happened N times
  --keep-logs    keep the logs of all processes; they are kept anyway when something was wrong
  -o json        the report as JSON
Kinds: ${faults.map(({ kind }) => kind).join(", ")}`;

/** Reads the words of the command line; throws with what was expected. */
export function readArguments(words: readonly string[]): ChaosArguments | "help" {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seed: { type: "string" },
      minutes: { type: "string", default: "5" },
      hosts: { type: "string", default: "2" },
      only: { type: "string", default: "" },
      each: { type: "string", default: "0" },
      output: { type: "string", short: "o", default: "text" },
      "keep-logs": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const known = faults.map(({ kind }) => kind);
  const kinds = values.only === "" ? known : values.only.split(",").map((kind) => kind.trim());
  const unknown = kinds.find((kind) => !known.includes(kind));
  if (unknown !== undefined) throw new Error(`--only: "${unknown}" is none of ${known.join(", ")}`);
  if (!["text", "json"].includes(values.output)) throw new Error("-o: it must be text or json");
  const random = Math.floor(Math.random() * 2 ** 31);
  return {
    seed: numberOf("--seed", values.seed ?? `${random}`, 0, 2 ** 32, true),
    minutes: numberOf("--minutes", values.minutes, 0.1, 24 * 60, false),
    hosts: numberOf("--hosts", values.hosts, 2, 8, true),
    kinds,
    each: numberOf("--each", values.each, 0, 100_000, true),
    keepLogs: values["keep-logs"],
    json: values.output === "json",
  };
}

function numberOf(name: string, text: string, from: number, to: number, whole: boolean): number {
  const value = Number(text);
  const fine = text !== "" && value >= from && value <= to && (!whole || Number.isInteger(value));
  if (!fine) throw new Error(`${name}: it must be a ${whole ? "whole " : ""}number from ${from} to ${to}`);
  return value;
}
