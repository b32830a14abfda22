import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeFlow, flowFlag } from "../gen/abi.ts";
import { datapathFolder } from "../src/sources.ts";
import type { Datapath } from "./datapath.ts";
import { alice, bob, type TestMesh } from "./mesh.ts";
import { outcomeName } from "./outcome.ts";
import * as packet from "./packet.ts";

const text = readFileSync(join(datapathFolder, "abi", "flow.h"), "utf8");

function names(prefix: string): string[] {
  return [...text.matchAll(new RegExp(`^\\t${prefix}_(\\w+),`, "gm"))].map(([, name]) => `${name}`);
}

/** Names of enum weft_life, by number. */
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

/** Both keys that the frame's flow may have: with its source as the low end, and as the high one. */
function keysOf(data: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const ipv4 = view.getUint16(12) === 0x0800;
  const mapped = (at: number) =>
    Uint8Array.of(...new Array(10).fill(0), 255, 255, ...data.subarray(at, at + 4));
  const [source, destination] = ipv4
    ? [mapped(26), mapped(30)]
    : [data.subarray(22, 38), data.subarray(38, 54)];
  const protocol = view.getUint8(ipv4 ? 23 : 20);
  const l4 = ipv4 ? 34 : 54;
  const ports = (): readonly number[] => {
    if ([6, 17, 132].includes(protocol)) return [view.getUint16(l4), view.getUint16(l4 + 2)];
    if (protocol !== 1 && protocol !== 58) return [0, 0];
    const id = view.getUint16(l4 + 4);
    return [0, 129].includes(view.getUint8(l4)) ? [id + 1, id] : [id, id + 1];
  };
  const [from = 0, to = 0] = ports();
  const key = (low: Uint8Array, high: Uint8Array, lowPort: number, highPort: number) =>
    packet.join(low, high, Uint8Array.of(lowPort >> 8, lowPort, highPort >> 8, highPort, protocol, 0, 0, 0));
  return [key(source, destination, from, to), key(destination, source, to, from)];
}

/** The time as entries have it. */
function nowS(): number {
  return Number(process.hrtime.bigint() >> 30n);
}

/** Whether it is a SYN or an INIT. */
function opens(data: Uint8Array): boolean {
  const [protocol, l4] = data[12] === 0x08 ? [data[23], 34] : [data[20], 54];
  if (protocol === 132) return data[l4 + 12] === 1;
  return protocol === 6 && ((data[l4 + 13] ?? 0) & 0b10110) === 0b10;
}

/**
 * What the frame was to its flow if it passed, as the flow's entry says; "PASSED" if there is none; else the outcome of the drop.
 */
export async function stateOf(mesh: TestMesh, who: "alice" | "bob", data: Uint8Array): Promise<string> {
  const program = (who === "alice" ? mesh.alice : mesh.bob).program("from_container");
  const { action, outcome } = await mesh.run(program, data);
  if (action === 2) return outcome ?? outcomeName(-1);
  // As the datapath looks for it: a packet that opens is of no flow in use.
  const tables = opens(data) ? (["openings", "flows"] as const) : (["flows", "openings"] as const);
  for (const table of tables) {
    for (const [index, key] of keysOf(data).entries()) {
      const value = mesh.datapath.map(table).lookup(key);
      if (value === undefined) continue;
      const { flags, seenS } = decodeFlow(value);
      // A flow that is forgotten may still be there; a packet that passes is seen.
      if (nowS() - seenS > 2) continue;
      const began = ((flags & flowFlag.fromLow) !== 0) === (index === 0);
      if (!began) return "REPLY";
      return flags & flowFlag.answered ? "ESTABLISHED" : "NEW";
    }
  }
  return "PASSED";
}
