import { resolve } from "node:path";
import { Option } from "commander";
import { checkDirectoryPath } from "./mesh/directory-path.ts";
import { defaultState, type MeshPaths, meshPaths } from "./mesh/paths.ts";
import type { Output } from "./output.ts";
import type { Waits } from "./waits.ts";

/** What every command gets from the outside; made once, in main.ts. */
export interface Context {
  readonly output: Output;
  /** Who asks, as the log will say: "cli:root". */
  readonly actor: string;
  /** Aborted by Ctrl-C, by SIGTERM, and when the command's deadline has passed. */
  readonly signal: AbortSignal;
  /** How the command waits for services and log. */
  readonly waits: Waits;
  /** Environment for the processes of a mesh: what the standard variables say (PATH, OTEL_*). */
  readonly environment: Readonly<Record<string, string>>;
  /** Value of WEFT_STATE, "" when unset. */
  readonly state: string;
  /** The whole of standard input. */
  readonly readInput: () => Promise<Uint8Array>;
  /** Ends with this exit status when everything else went well, e.g. that of a command run by `lab exec`. */
  readonly setStatus: (status: number) => void;
}

/** Option `--state`, on every command that belongs to a mesh. */
export function stateOption(): Option {
  return new Option("--state <dir>", `state directory of the mesh (default: WEFT_STATE, or ${defaultState})`);
}

/** Option `-o`: text for people (the default) or stable JSON. */
export function outputOption(): Option {
  return new Option("-o, --output <format>", "how results are printed")
    .choices(["text", "json"])
    .default("text");
}

/** Option `-o` of commands whose result is JSON in any case, so that `-o json` is right on every command. */
export function jsonOption(): Option {
  return new Option("-o, --output <format>", "how results are printed").choices(["json"]).default("json");
}

/** Paths of the mesh that a command is about; refuses what is no state directory and could not become one. */
export function pathsOf(context: Context, { state }: { readonly state?: string }): MeshPaths {
  const path = state ?? (context.state || defaultState);
  checkDirectoryPath(path, state === undefined && context.state !== "" ? "WEFT_STATE" : "--state");
  return meshPaths(resolve(path));
}
