import { nkeys } from "@nats-io/transport-node";

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

/** The key pair of a seed. */
export function openSigner(seed: string): Signer {
  const pair = nkeys.fromSeed(new TextEncoder().encode(seed.trim()));
  return {
    publicKey: pair.getPublicKey(),
    sign: (bytes) => pair.sign(bytes),
    verify: (bytes, signature) => pair.verify(bytes, signature),
  };
}
