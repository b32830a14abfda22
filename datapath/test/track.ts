import { readFileSync } from "node:fs";
import { join } from "node:path";
import { datapathFolder } from "../src/sources.ts";
import type { Datapath } from "./datapath.ts";
import { alice, bob, type TestMesh } from "./mesh.ts";
import { outcomeName } from "./outcome.ts";
import * as packet from "./packet.ts";

const text = readFileSync(join(datapathFolder, "abi", "flow.h"), "utf8");

function names(prefix: string): string[] {
  return [...text.matchAll(new RegExp(`^\\t${prefix}_(\\w+),`, "gm"))].map(([, name]) => `${name}`);
}

/** Names of enum weft_flow_state and enum weft_life, by number. */
export const states = names("WEFT_STATE");
export const lives = names("WEFT_LIFE");

/** Who sends, and the transport header on. */
export type Step = readonly ["alice" | "bob", Uint8Array];

/** An entry of either table. */
export interface Entry {
  readonly table: "flows" | "openings";
  readonly life: string;
}

interface Flow {
  readonly life: number;
  readonly seen_s: number;
  readonly bound_s: number;
}

/** All entries of both tables. */
export function entries(mesh: { readonly datapath: Datapath }): Entry[] {
  return (["flows", "openings"] as const).flatMap((table) =>
    [...mesh.datapath.map(table).typed<unknown, Flow>().entries()].map(([, { life }]) => ({
      table,
      life: lives[life] ?? `${life}`,
    })),
  );
}

/** Makes every entry look as if all its packets had passed so many seconds earlier. */
export function age(mesh: TestMesh, seconds: number): void {
  for (const table of ["flows", "openings"] as const) {
    const map = mesh.datapath.map(table).typed<unknown, Flow>();
    for (const [key, flow] of [...map.entries()]) {
      const earlier = (at: number) => (at - seconds) >>> 0;
      map.update(key, { ...flow, seen_s: earlier(flow.seen_s), bound_s: earlier(flow.bound_s) });
    }
  }
}

/** Frame of a step between Alice and Bob in one family. */
export function frameOf(family: 4 | 6, [who, payload]: Step, protocol: number): Uint8Array {
  const [from, to] = who === "alice" ? [alice, bob] : [bob, alice];
  const [src, dst] = family === 4 ? [`${from.ipv4}`, `${to.ipv4}`] : [from.ipv6, to.ipv6];
  const type = family === 4 ? 0x0800 : 0x86dd;
  return packet.ethernet("02:57:45:46:54:01", from.mac, type, packet.ip(src, dst, protocol, payload));
}

/** What the frame was to its flow if it passed (enum weft_flow_state), else the outcome. */
export async function stateOf(mesh: TestMesh, who: "alice" | "bob", data: Uint8Array): Promise<string> {
  const program = (who === "alice" ? mesh.alice : mesh.bob).program("from_container");
  const { action, outcome, cb } = await mesh.run(program, data, { cb: [0, 0, 0, 99] });
  if (action === 2) return outcome ?? outcomeName(-1);
  return states[cb[3] ?? -1] ?? "untracked";
}
