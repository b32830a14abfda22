import assert from "node:assert/strict";
import { test } from "node:test";
import { nkeys } from "@nats-io/transport-node";
import { isWeftError } from "@weft/netaddr";
import { makeUser, openSigner } from "./nkey.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (from: string) => new TextEncoder().encode(from);

test("a user that we make is one to the client library, with the same public key and signatures", () => {
  for (let round = 0; round < 20; round += 1) {
    const { seed, publicKey } = makeUser();
    const theirs = nkeys.fromSeed(bytes(seed));
    assert.equal(theirs.getPublicKey(), publicKey);
    const nonce = bytes(`nonce ${round}`);
    assert.deepEqual([...openSigner(seed).sign(nonce)], [...theirs.sign(nonce)]);
  }
});

test("a user that the client library made is one to us, and each takes the other's signatures", () => {
  const theirs = nkeys.createUser();
  const ours = openSigner(text(theirs.getSeed()));
  assert.equal(ours.publicKey, theirs.getPublicKey());
  assert.ok(ours.verify(bytes("a"), theirs.sign(bytes("a"))));
  assert.ok(theirs.verify(bytes("a"), ours.sign(bytes("a"))));
  assert.equal(ours.verify(bytes("b"), theirs.sign(bytes("a"))), false);
});

test("what is no user's seed is refused, and not repeated", () => {
  const { seed } = makeUser();
  const account = text(nkeys.createAccount().getSeed());
  const swapped = `${seed.slice(0, -1)}${seed.endsWith("A") ? "B" : "A"}`;
  for (const wrong of ["", "SU", seed.slice(1), `${seed}A`, seed.toLowerCase(), account, swapped, "SU*"]) {
    assert.throws(
      () => openSigner(wrong),
      (error) => isWeftError(error, "INVALID_ARGUMENT") && (wrong === "" || !error.message.includes(wrong)),
      wrong,
    );
  }
});
