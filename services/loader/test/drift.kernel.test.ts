import assert from "node:assert/strict";
import { test } from "node:test";
import { BpfMap } from "@weft/ebpf";
import { addressFromBytes, formatAddress } from "@weft/netaddr";
import { pinsOf } from "../src/kernel/pins.ts";
import { kernelTest, makeRig, ping } from "./rig.ts";
import { startMesh } from "./services.ts";

test(
  "what is deleted by hand comes back while plans are asked for, and is on record",
  kernelTest,
  async () => {
    await using rig = await makeRig();
    await using mesh = await startMesh(rig);
    await mesh.loader(1, "tcx", { WEFT_DRIFT_MS: "300" });
    const client = mesh.client(1);
    const [web, api] = [await rig.container(), await rig.container()];
    const wish = { namespace: "shop", labels: {} };
    await client.attach({ ...wish, name: "web", netns: web.path });
    const target = await client.attach({ ...wish, name: "api", netns: api.path });
    using peers = await BpfMap.openPinned(pinsOf(rig.bpffs, "h1").map("peers"));
    const held = await peers.readEntries();
    await peers.deleteBatch([...held].map(([key]) => key));

    const log = await mesh.nats.connect("cli");
    const signal = AbortSignal.timeout(20_000);
    const repaired = (async () => {
      for await (const event of log.follow({ subject: "weft.log.host.h1", signal })) {
        if (event.type === "DriftRepaired") return event;
      }
      return undefined;
    })();
    let event: Awaited<typeof repaired>;
    const done = repaired.then((found) => {
      event = found;
    });
    while (event === undefined && !signal.aborted) await client.plan({});
    await done;
    assert.match(event?.data.operations.join() ?? "", /^write \d entr(y|ies) into peers$/);
    assert.equal(event?.actor, "loader/h1");
    assert.equal((await peers.readEntries()).size, held.size);
    assert.equal(await ping(web.path, formatAddress(addressFromBytes(target.ipv6))), 3);
  },
);
