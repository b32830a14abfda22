import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign as signBytes,
  verify as verifyBytes,
} from "node:crypto";
import { WeftError } from "@weft/netaddr";

/** A user's key pair: signs and checks with ed25519. */
export type Signer = {
  readonly publicKey: string;
  sign(bytes: Uint8Array): Uint8Array;
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
};

// Keys are OpenSSL's: the ed25519 in JavaScript that the client library brings costs 10 ms of processor time for each key
// and signature in a process that has just started, and a server's configuration names some ten users.

/** A new user: its secret seed and the public key that goes into the server's configuration. */
export function makeUser(): { readonly seed: string; readonly publicKey: string } {
  const seed = encode([seedKind | (userKind >> 5), (userKind & 31) << 3], randomBytes(32));
  return { seed, publicKey: openSigner(seed).publicKey };
}

/** The key pair of a seed; INVALID_ARGUMENT when it is none. */
export function openSigner(seed: string): Signer {
  const privateKey = privateKeyOf(readSeed(seed.trim()));
  const publicKey = createPublicKey(privateKey);
  return {
    publicKey: encode([userKind], rawOf(publicKey)),
    sign: (bytes) => signBytes(null, bytes, privateKey),
    verify: (bytes, signature) => verifyBytes(null, bytes, publicKey, signature),
  };
}

/** First byte of a user's public key, and of every seed: the letters U and S in base 32 (nkeys, "Prefix"). */
const userKind = 20 << 3;
const seedKind = 18 << 3;

/** What DER puts before the 32 bytes of an ed25519 private key (RFC 8410, section 7). */
const derPrefix = Buffer.from("302e020100300506032b657004220420", "hex");

function privateKeyOf(raw: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([derPrefix, raw]), format: "der", type: "pkcs8" });
}

function rawOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: "der", type: "spki" }).subarray(-32);
}

/** The 32 secret bytes of a user's seed. */
function readSeed(seed: string): Uint8Array {
  const bytes = decodeBase32(seed);
  const body = bytes?.subarray(0, -2);
  const isSeed =
    bytes !== undefined &&
    body?.length === 34 &&
    encodeBase32(bytes) === seed &&
    bytes.readUInt16LE(34) === crc16(body) &&
    ((body[0] ?? 0) & 0xf8) === seedKind &&
    ((((body[0] ?? 0) & 7) << 5) | ((body[1] ?? 0) >> 3)) === userKind;
  if (body !== undefined && isSeed) return body.subarray(2);
  // The text itself is a secret: it is not repeated.
  throw new WeftError("INVALID_ARGUMENT", "the nkey seed is not one", {
    field: "seed",
    expected: "a user's seed, SU...",
  });
}

/** Prefix, bytes and their checksum in base 32 without padding, as nkeys are written. */
function encode(prefix: readonly number[], bytes: Uint8Array): string {
  const body = Buffer.concat([Buffer.from(prefix), bytes]);
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(crc16(body));
  return encodeBase32(Buffer.concat([body, sum]));
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

/** RFC 4648, section 6. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function encodeBase32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31];
}

function decodeBase32(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return undefined;
    held = ((held << 5) | value) & 0xffff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}
