import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { frame, kernelTest, types } from "./frames.ts";
import { alice, carol, openMesh } from "./mesh.ts";
import * as packet from "./packet.ts";
import type { Wrapping } from "./tunnel-packet.ts";

const run = promisify(execFile);
const ethernetLink = 1;

/** A capture file (libpcap 2.4) of whole frames. */
function pcap(frames: readonly Uint8Array[]): Uint8Array {
  const head = new Uint8Array(Uint32Array.of(0xa1b2c3d4, 0x00040002, 0, 0, 65_535, ethernetLink).buffer);
  const records = frames.flatMap((each) => [
    new Uint8Array(Uint32Array.of(0, 0, each.length, each.length).buffer),
    each,
  ]);
  return packet.join(head, ...records);
}

/** What Wireshark reads in a frame: field -> all its values, from the outside in. */
async function decode(data: Uint8Array, fields: readonly string[]): Promise<Record<string, string[]>> {
  const folder = await mkdtemp(join(tmpdir(), "weft-decode-"));
  try {
    const file = join(folder, "frame.pcap");
    await writeFile(file, pcap([data]));
    const checks = ["ip.check_checksum", "tcp.check_checksum"].flatMap((each) => ["-o", `${each}:TRUE`]);
    const wanted = fields.flatMap((each) => ["-e", each]);
    const { stdout } = await run("tshark", ["-n", "-r", file, ...checks, "-T", "json", ...wanted]);
    const [{ _source }] = JSON.parse(stdout);
    return _source.layers;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const wires = { 4: ["192.168.7.1", "192.168.7.2"], 6: ["fd99::1", "fd99::2"] } as const;
const identity = `${alice.identity}`;
/** What only this tunnel has. */
const own: Record<Wrapping, Record<string, string[]>> = {
  vxlan: { "udp.dstport": ["4789", "8"], "vxlan.vni": [identity], "vxlan.flags": ["0x0800"] },
  geneve: {
    "udp.dstport": ["6081", "8"],
    "geneve.vni": ["0x000100"],
    "geneve.version": ["0"],
    "geneve.proto_type": ["0x6558"],
    "geneve.option.class": ["0xfff1"],
    "geneve.option.type": ["0x01"],
    "geneve.option.unknown.data": ["00000100"],
  },
  gre: {
    "gre.key": ["0x00000100"],
    "gre.proto": ["0x6558"],
    "gre.flags.key": ["1"],
    "gre.flags.checksum": ["0"],
  },
};
const outerFields = {
  4: {
    "ip.ttl": ["64"],
    "ip.flags.df": ["1"],
    "ip.dsfield.ecn": ["2"],
    "ip.checksum.status": ["1"],
  },
  6: { "ipv6.hlim": ["64"], "ipv6.tclass.ecn": ["2"] },
} as const;

for (const tunnel of ["vxlan", "geneve", "gre"] as const) {
  for (const underlay of [4, 6] as const) {
    test(`tshark reads in ${tunnel} over IPv${underlay} what was meant`, kernelTest, async () => {
      using mesh = await openMesh({ tunnel, underlay: wires[underlay] });
      // Of the other family, so that outer and inner fields do not mix.
      const udp = packet.udp(7, 8);
      const inner =
        underlay === 6
          ? packet.ip("10.0.0.10", "10.0.0.12", 17, udp, { tos: 2 })
          : packet.ip(alice.ipv6, carol.ipv6, 17, udp, { tos: 2 });
      const { data } = await mesh.send(frame(inner, underlay === 6 ? types.ipv4 : types.ipv6));
      const expected = { ...own[tunnel], ...outerFields[underlay] };
      const protocols = "frame.protocols";
      const got = await decode(data, [protocols, "_ws.malformed", ...Object.keys(expected)]);
      const { [protocols]: layers, ...fields } = got;
      assert.match(`${layers}`, new RegExp(`:${tunnel}:eth:.*:(ip|ipv6):udp`));
      assert.deepEqual(fields, expected);
    });
  }
}
