import { nkeys } from "@nats-io/transport-node";
import { WeftError } from "@weft/netaddr";

/** A user's key pair: signs and checks with ed25519. */
export type Signer = {
  readonly publicKey: string;
  sign(bytes: Uint8Array): Uint8Array;
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
};

/** A new user: its secret seed and the public key that goes into the server's configuration. */
export function makeUser(): { readonly seed: string; readonly publicKey: string } {
  const pair = nkeys.createUser();
  return { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
}

/** The key pair of a seed; INVALID_ARGUMENT when it is none. */
export function openSigner(seed: string): Signer {
  const pair = readSeed(seed);
  return {
    publicKey: pair.getPublicKey(),
    sign: (bytes) => pair.sign(bytes),
    verify: (bytes, signature) => pair.verify(bytes, signature),
  };
}

function readSeed(seed: string): nkeys.KeyPair {
  try {
    return nkeys.fromSeed(new TextEncoder().encode(seed.trim()));
  } catch (cause) {
    // The text itself is a secret: it is not repeated.
    throw new WeftError("INVALID_ARGUMENT", "the nkey seed is not one", {
      cause,
      expected: "a user's seed, SU...",
    });
  }
}
