import type { ChildProcess } from "node:child_process";
import { inNetns, median, startInNetns } from "./shell.ts";

/** Two network namespaces that can reach each other, however they are connected. */
export interface Path {
  readonly name: string;
  readonly client: string;
  readonly server: string;
  /** Address of the server as the client dials it. */
  readonly address: string;
  /** Done before each measurement of this path. */
  prepare?(): void;
}

/** Connections kept and used; connections made, used once and closed; bytes one way. */
export const kinds = ["rr", "crr", "stream"] as const;

/** Operations a second by kind (stream: bytes a second), each the median of the rounds. */
export type Rates = Readonly<Record<(typeof kinds)[number], number>>;

const port = 9999;
/** Both ends on one CPU; everything else of the machine has the other one. */
const cpu = 0;

/** How to measure. */
export interface MeasureOptions {
  /** The program that talks. */
  readonly pingpong: string;
  readonly rounds: number;
  readonly seconds: number;
  /** Unset: all. What is left out has no rate. */
  readonly kinds?: readonly (typeof kinds)[number][];
}

/**
 * Measures paths in interleaved rounds, so that a machine that slows down slows all of them.
 * Void when the floor (the first path) drifts more than 5 % between the halves of the run; `drift` tells.
 */
export async function measure(
  paths: readonly Path[],
  options: MeasureOptions,
): Promise<{ rates: Map<string, Rates>; drift: number }> {
  const none = () => ({ rr: [] as number[], crr: [] as number[], stream: [] as number[] });
  const samples = new Map(paths.map((path) => [path.name, none()]));
  const servers: ChildProcess[] = [];
  try {
    for (const path of new Map(paths.map((each) => [each.server, each])).values()) {
      servers.push(await startInNetns(path.server, [options.pingpong, "server", `${port}`, `${cpu}`]));
    }
    for (let round = 0; round < options.rounds; round++) {
      for (const path of paths) {
        path.prepare?.();
        for (const kind of options.kinds ?? kinds) {
          const seconds = `${options.seconds}`;
          const words = [options.pingpong, kind, path.address, `${port}`, `${cpu}`, seconds];
          const result = JSON.parse(inNetns(path.client, words)) as { operations: number; seconds: number };
          samples.get(path.name)?.[kind].push(result.operations / result.seconds);
        }
      }
    }
  } finally {
    for (const server of servers) server.kill();
  }
  const floor = samples.get(paths[0]?.name ?? "")?.rr ?? [];
  const half = Math.max(1, Math.floor(floor.length / 2));
  const drift = Math.abs(median(floor.slice(0, half)) / median(floor.slice(-half)) - 1);
  const rates = [...samples].map(
    ([name, { rr, crr, stream }]) =>
      [name, { rr: median(rr), crr: median(crr), stream: median(stream) }] as const,
  );
  return { rates: new Map(rates), drift };
}
