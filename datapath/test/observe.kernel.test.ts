import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelTest } from "./frames.ts";
import { packetFor } from "./fuzz/packets.ts";
import { randomOf } from "./fuzz/random.ts";
import { hex } from "./fuzz/read.ts";
import { openMesh } from "./mesh.ts";
import { both } from "./tables.ts";

const seed = Number(process.env.WEFT_FUZZ_SEED ?? Date.now() % 2 ** 32);
const packets = 3000;

test("to be watched makes no difference to any packet", kernelTest, async (t) => {
  t.diagnostic(`WEFT_FUZZ_SEED=${seed}`);
  using plain = await openMesh();
  using watched = await openMesh({ alice: both({}), bob: both({}) });
  const random = randomOf(seed);
  for (let n = 0; n < packets; n += 1) {
    const toContainer = random.chance(0.3);
    const data = packetFor(toContainer ? "to_container" : "from_container", random);
    const outcomes: (string | undefined)[] = [];
    for (const mesh of [plain, watched]) {
      const program = toContainer ? mesh.bob.program("to_container") : mesh.alice.program("from_container");
      outcomes.push((await mesh.run(program, data, { cb: [256] })).outcome);
    }
    assert.equal(outcomes[1], outcomes[0], `${toContainer ? "to" : "from"}_container ${hex(data)}`);
  }
});
