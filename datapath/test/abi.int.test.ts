import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import * as abi from "@weft/datapath";
import { buildSource } from "./objects.ts";

/** Every struct that has a twin: its name in C, how its twin reads it and writes it. */
const twins = {
  address_class_key: [abi.decodeAddressClassKey, abi.encodeAddressClassKey],
  class: [abi.decodeClass, abi.encodeClass],
  flow: [abi.decodeFlow, abi.encodeFlow],
  flow_key: [abi.decodeFlowKey, abi.encodeFlowKey],
  fragment: [abi.decodeFragment, abi.encodeFragment],
  fragment_key: [abi.decodeFragmentKey, abi.encodeFragmentKey],
  host: [abi.decodeHost, abi.encodeHost],
  identity_class_key: [abi.decodeIdentityClassKey, abi.encodeIdentityClassKey],
  peer: [abi.decodePeer, abi.encodePeer],
  port_class_key: [abi.decodePortClassKey, abi.encodePortClassKey],
  record: [abi.decodeRecord, abi.encodeRecord],
  verdict: [abi.decodeVerdict, abi.encodeVerdict],
} as const;

type Fields = Readonly<Record<string, unknown>>;
type Twin = readonly [(bytes: Uint8Array) => Fields, (value: never) => Uint8Array];

const source = `#include "base/base.h"
#include "abi/fragment.h"
#include "abi/peer.h"
#include "abi/policy.h"
#include "abi/record.h"
#include "abi/flow.h"
${Object.keys(twins)
  .map(
    (name) => `struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32);
	__type(value, struct weft_${name}); } ${name}s SEC(".maps");`,
  )
  .join("\n")}
char LICENSE[] SEC("license") = "Dual BSD/GPL";
SEC("tc") int none(struct __sk_buff *skb) { return skb->len; }
`;

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Bytes that libbpf's description reads as an array, or as a struct of one (an address). */
function bytesOf(value: unknown): number[] {
  if (value instanceof Uint8Array || Array.isArray(value)) return Array.from(value, Number);
  return Object.values(value as Fields).flatMap(bytesOf);
}

/** Whether a twin read what libbpf's description reads; numbers in network order are swapped there. */
function agree(described: unknown, told: unknown): boolean {
  if (told instanceof Uint8Array) return bytesOf(described).join() === Array.from(told).join();
  const number = BigInt(described as number | bigint);
  const swapped = (size: number): bigint => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(number);
    return BigInt(`0x${bytes.subarray(0, size).toString("hex")}`);
  };
  return [number, swapped(2), swapped(4)].includes(BigInt(told as number));
}

test("the TypeScript of each struct reads and writes what clang lays out", async () => {
  const spec = await buildSource("abi", source);
  for (const [name, twin] of Object.entries(twins)) {
    const [decode, encode] = twin as unknown as Twin;
    const codec = spec.maps.get(`${name}s`)?.codec?.value ?? assert.fail(`no BTF of ${name}`);
    for (let round = 0; round < 20; round += 1) {
      const bytes = new Uint8Array(randomBytes(codec.size));
      // Numbers of 64 bits are exact up to 2^53 only.
      for (let at = 6; at < bytes.length; at += 8) bytes.set([0, 0], at);
      const told = decode(bytes);
      const fields = codec.decode(bytes) as Fields;
      const names = Object.keys(fields).filter((field) => !field.startsWith("pad"));
      assert.deepEqual(Object.keys(told), names.map(camel), name);
      for (const field of names) {
        assert.ok(agree(fields[field], told[camel(field)]), `${name}.${field}: ${told[camel(field)]}`);
      }
      const again = codec.decode(encode(told as never)) as Fields;
      for (const field of names) assert.deepEqual(again[field], fields[field], `${name}.${field}`);
    }
  }
});
