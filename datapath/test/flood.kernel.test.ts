import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelTest } from "./frames.ts";
import { alice, openMesh } from "./mesh.ts";
import { buildSource } from "./objects.ts";
import * as packet from "./packet.ts";
import { allows, both, closed } from "./tables.ts";
import { age, entries, frameOf, stateOf } from "./track.ts";

// WEFT_FLOOD_PACKETS makes the floods longer; fewer than the default would not fill the tables.
const packets = Math.max(200_000, Number(process.env.WEFT_FLOOD_PACKETS ?? 0));

const { syn, ack, rst } = packet.flags;
const tracked = { alice: both({}), bob: both({}) };
const inUse = (mesh: Parameters<typeof entries>[0]) =>
  entries(mesh).filter(({ table }) => table === "flows").length;

const synFlood = `
#include "base/base.h"
#include "deliver/slot.h"
char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* A packet from a random address and port to the receiver in slot 2. */
SEC("tc") int flood(struct __sk_buff *skb)
{
	__u8 *data = (void *)(long)skb->data;

	if ((void *)(data + 74) > (void *)(long)skb->data_end)
		return TC_ACT_SHOT;
	*(__u32 *)(data + 32) = bpf_get_prandom_u32();
	*(__u16 *)(data + 54) = bpf_get_prandom_u32();
	deliver_to_slot(skb, 2, 256, 0, false);
	return TC_ACT_SHOT;
}
`;

test("a flood of SYNs of twice both tables does not push out a connection in use", kernelTest, async () => {
  using mesh = await openMesh({ bob: both({ ingress: allows([alice.identity], 6, [80]), egress: closed }) });
  const step = (who: "alice" | "bob", bits: number) =>
    stateOf(
      mesh,
      who,
      frameOf(6, [who, who === "alice" ? packet.tcp(40_000, 80, bits) : packet.tcp(80, 40_000, bits)], 6),
    );
  await step("alice", syn);
  await step("bob", syn | ack);
  await step("alice", ack);
  const spec = await buildSource("flood", synFlood);
  using object = await spec.load({ reuse: { containers: mesh.datapath.map("containers") } });
  const data = frameOf(6, ["alice", packet.tcp(1, 80)], 6);
  const { retval } = await object.program("flood").testRun({ data, repeat: packets });
  assert.equal(retval, 7, "Bob's policy lets them pass");
  assert.equal(inUse(mesh), 1);
  const openings = entries(mesh).length - 1;
  assert.ok(openings > 16_000, `${openings} openings`);
  assert.equal(await step("bob", ack), "REPLY");
  assert.equal(await step("alice", ack), "ESTABLISHED");
});

test(
  "neither handshakes that are not finished nor refused ones get among the flows in use",
  kernelTest,
  async () => {
    using mesh = await openMesh(tracked);
    for (let port = 1024; port < 1124; port += 1) {
      await mesh.send(frameOf(6, ["alice", packet.tcp(port, 80)], 6));
      await mesh.reply(frameOf(6, ["bob", packet.tcp(80, port, port % 2 ? syn | ack : rst | ack)], 6));
    }
    assert.equal(inUse(mesh), 0);
  },
);

const exchangeFlood = `
#include "base/base.h"
#include "deliver/slot.h"
char LICENSE[] SEC("license") = "Dual BSD/GPL";

__u32 step;
__u32 ports;

static void swap(__u8 *a, __u8 *b, __u32 bytes)
{
	for (__u32 i = 0; i < bytes; i++) {
		__u8 kept = a[i];

		a[i] = b[i];
		b[i] = kept;
	}
}

/* Question, answer and question of a flow of random ports; then of the next one. */
SEC("tc") int flood(struct __sk_buff *skb)
{
	__u8 *data = (void *)(long)skb->data;
	bool answer = step % 3 == 1;

	if ((void *)(data + 66) > (void *)(long)skb->data_end)
		return TC_ACT_SHOT;
	if (step % 3 == 0)
		ports = bpf_get_prandom_u32();
	data[21] = 64;
	*(__u32 *)(data + 54) = answer ? ports << 16 | ports >> 16 : ports;
	if (step % 3 != 0)
		swap(data + 22, data + 38, 16);
	data[11] = answer ? 0x0b : 0x0a;
	for (int i = 6; i < 11; i++)
		data[i] = i == 6 ? 2 : 0;
	step++;
	deliver_to_slot(skb, answer ? 51 : 50, 0, 0, false);
	return TC_ACT_SHOT;
}
`;

test("a flood of answered datagrams does not push out a flow in use of two others", kernelTest, async () => {
  using mesh = await openMesh(tracked);
  const step = (who: "alice" | "bob") =>
    stateOf(
      mesh,
      who,
      frameOf(4, [who, who === "alice" ? packet.udp(40_000, 53) : packet.udp(53, 40_000)], 17),
    );
  await step("alice");
  await step("bob");
  age(mesh, 2);
  await step("alice");
  assert.deepEqual(entries(mesh), [{ table: "flows", life: "UDP_ANSWERED" }]);
  const containers = mesh.datapath.map("containers");
  for (const [slot, sender] of [mesh.alice, mesh.bob].entries()) {
    containers.update(new Uint8Array(Uint32Array.of(50 + slot).buffer), sender.program("from_container"));
  }
  const spec = await buildSource("flood", exchangeFlood);
  using object = await spec.load({ reuse: { containers } });
  const data = frameOf(6, ["alice", packet.udp(1, 53)], 17);
  const { retval } = await object.program("flood").testRun({ data, repeat: packets * 1.5 });
  assert.equal(retval, 7, "all of it passes");
  assert.equal(inUse(mesh), 1);
  const answered = entries(mesh).filter(({ life }) => life === "UDP_ANSWERED").length;
  assert.ok(answered > 16_000, `${answered} were answered`);
  assert.equal(await step("bob"), "REPLY");
  assert.equal(await step("alice"), "ESTABLISHED");
});
