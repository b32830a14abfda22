import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ObjectSpec } from "@weft/ebpf";
import { type at, readRecord, recordBytes, recordKind } from "../src/flows/record.ts";
import { type RecordParts, recordOf } from "../src/flows/testing.ts";
import { compileSource } from "./objects.ts";

const source = `#include <linux/bpf.h>
#include "abi/record.h"
#include <bpf/bpf_helpers.h>
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32);
	__type(value, struct weft_record); } one SEC(".maps");
const volatile __u32 kind_drop = WEFT_RECORD_DROP, kind_cut = WEFT_RECORD_CUT;
const volatile __u32 kind_flow = WEFT_RECORD_FLOW, kind_kept = WEFT_RECORD_KEPT;
SEC("tc") int used(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&one, &key) != 0 && kind_drop + kind_cut + kind_flow + kind_kept;
}
`;

test("records are read as clang lays them out", async () => {
  const directory = await mkdtemp(join(tmpdir(), "weft-record-"));
  try {
    const [text, object] = [join(directory, "record.c"), join(directory, "record.o")];
    await writeFile(text, source);
    await compileSource(text, object);
    const spec = ObjectSpec.open(await readFile(object));
    const codec = spec.maps.get("one")?.codec?.value ?? assert.fail();
    assert.equal(codec.size, recordBytes);
    const parts: Required<Omit<RecordParts, "destination">> = {
      timeNs: 5n,
      revision: 2 ** 52 + 1,
      source: "10.7.0.1",
      identities: [0x00abcdef, 2],
      bytes: 70_000,
      ports: [40_000, 53],
      icmp: 0x8001,
      rule: 513,
      slot: 65_535,
      protocol: 58,
      tcpFlags: 18,
      outcome: 22,
      kind: 4,
      direction: 255,
      state: 3,
    };
    const bytes = recordOf(parts);
    const fields = codec.decode(bytes) as Record<keyof typeof at, unknown>;
    const { timeNs, ports, identities, source: _, ...same } = parts;
    const swapped = (port: number) => ((port & 255) << 8) | (port >> 8);
    assert.deepEqual(
      { ...fields, source: 0, destination: 0, pad: 0 },
      {
        time_ns: Number(timeNs),
        revision: same.revision,
        source: 0,
        destination: 0,
        source_identity: identities[0],
        destination_identity: identities[1],
        bytes: same.bytes,
        source_port: swapped(ports[0]),
        destination_port: swapped(ports[1]),
        icmp: same.icmp,
        rule: same.rule,
        slot: same.slot,
        protocol: same.protocol,
        tcp_flags: same.tcpFlags,
        outcome: same.outcome,
        kind: same.kind,
        direction: same.direction,
        state: same.state,
        pad: 0,
      },
    );
    const { source: from, destination: to, timeNs: time, sourceIdentity, ...rest } = readRecord(bytes);
    assert.deepEqual(
      { time, sourceIdentity, ...rest },
      {
        ...same,
        time: 5,
        sourceIdentity: identities[0],
        destinationIdentity: identities[1],
        sourcePort: 40_000,
        destinationPort: 53,
      },
    );
    assert.equal(Buffer.from(from).toString("hex"), "00000000000000000000ffff0a070001");
    assert.equal(Buffer.from(to).toString("hex"), "fd000001000000000000000000000002");
    for (const [name, number] of Object.entries(recordKind)) {
      const constant = spec.constants.get(`kind_${name}`) ?? assert.fail(name);
      assert.equal(
        constant.codec.decode(spec.rodata().subarray(constant.offset, constant.offset + 4)),
        number,
      );
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});
