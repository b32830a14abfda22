import assert from "node:assert/strict";
import { isIPv4, isIPv6 } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import {
  addressFromBytes,
  addressFromMapped,
  addressToBytes,
  formatAddress,
  makeAddress,
  mappedBytes,
  parseAddress,
} from "./address.ts";
import { anyAddress } from "./arbitraries.ts";
import { isWeftError } from "./error.ts";

/** The text an independent implementation (WHATWG URL) gives an IPv6 address. */
function whatwg(text: string): string {
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

test("an address read from its text is the same address", () => {
  fc.assert(
    fc.property(anyAddress, (address) => assert.deepEqual(parseAddress(formatAddress(address)), address)),
  );
});

test("an address read from its bytes, plain or mapped, is the same address", () => {
  fc.assert(
    fc.property(anyAddress, (address) => {
      assert.deepEqual(addressFromBytes(addressToBytes(address)), address);
      const mapped = addressFromMapped(mappedBytes(address));
      if (address.family === 4 || address.value >> 32n !== 0xffffn) assert.deepEqual(mapped, address);
    }),
  );
});

test("bytes in the middle of a larger buffer are read at their offset", () => {
  const buffer = Uint8Array.from([9, 9, 10, 1, 2, 3, 9]);
  assert.equal(formatAddress(addressFromBytes(buffer.subarray(2, 6))), "10.1.2.3");
});

test("the text is canonical: WHATWG URL writes every unmapped IPv6 address the same way", () => {
  fc.assert(
    fc.property(anyAddress, (address) => {
      const text = formatAddress(address);
      assert.ok(address.family === 4 ? isIPv4(text) : isIPv6(text));
      if (address.family === 6 && address.value >> 32n !== 0xffffn) assert.equal(text, whatwg(text));
    }),
  );
});

test("the examples of RFC 5952 come out as it says", () => {
  for (const [given, canonical] of [
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0db8::0001", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:DB8::ABCD", "2001:db8::abcd"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["0:0:0:0:0:ffff:c000:0280", "::ffff:192.0.2.128"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["1:0:0:0:0:0:0:0", "1::"],
  ] as const) {
    assert.equal(formatAddress(parseAddress(given)), canonical);
  }
});

test("what is not exactly one address is refused with what was expected", () => {
  const wrong = [
    "",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "1.2.3.256",
    "1.2.3.4/8",
    " 1.2.3.4",
    "::1%eth0",
    "::/64",
  ];
  for (const text of [
    ...wrong,
    "fe80::1::",
    "12345::",
    ":::",
    "1:2:3",
    "[::1]",
    "example.org",
    "1:2:3:4:5:6:7:8:9",
  ]) {
    assert.throws(
      () => parseAddress(text),
      (error) => isWeftError(error, "INVALID_ARGUMENT") && !!error.expected,
      text,
    );
  }
  assert.throws(() => addressFromBytes(new Uint8Array(5)), /4 or 16 bytes/);
  assert.throws(() => makeAddress(4, 1n << 32n), /not an IPv4 address/);
});

test("text that is no address never makes anything but a refusal", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."0123456789abcdef:./% ") }), (text) => {
      try {
        const address = parseAddress(text);
        assert.ok(address.family === 4 ? isIPv4(text) : isIPv6(text), text);
      } catch (error) {
        assert.ok(isWeftError(error, "INVALID_ARGUMENT"), text);
      }
    }),
    { numRuns: 2000 },
  );
});
