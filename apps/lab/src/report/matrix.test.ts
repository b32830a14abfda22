import assert from "node:assert/strict";
import { test } from "node:test";
import { asExpected, formatMatrix, formatSummary, type Judged } from "./matrix.ts";
import { formatTable } from "./table.ts";

function judged(from: string, to: string, verdict: Judged["verdict"], expected: Judged["expected"]): Judged {
  return { from, to, protocol: "tcp", port: 80, family: 6, verdict, expected };
}

const results = [
  judged("n/a", "n/b", "allowed", "allowed"),
  judged("n/b", "n/a", "blocked", "blocked"),
  judged("n/a", "n/c", "blocked", "allowed"),
];

test("a connection that was refused is not as expected, whatever was expected", () => {
  assert.equal(asExpected(judged("a", "b", "refused", "allowed")), false);
  assert.equal(asExpected(judged("a", "b", "refused", "blocked")), false);
});

test("the matrix shows what passed, what did not, and what is wrong", () => {
  assert.equal(
    formatMatrix(results).split("\n").slice(0, 4).join("\n"),
    ["         1 2 3", " 1  n/a    ● !", " 2  n/b  ·", " 3  n/c"].join("\n"),
  );
});

test("the summary counts, and names every connection that is not as expected", () => {
  assert.equal(
    formatSummary(results),
    "2 of 3 connections as expected (1 allowed, 2 not)\n  n/a -> n/c tcp/80 IPv6: expected allowed, was blocked",
  );
});

test("a table is as wide as its widest cells and has no trailing blanks", () => {
  assert.equal(
    formatTable(
      ["A", "B"],
      [
        ["long", ""],
        ["x", "y"],
      ],
    ),
    "A     B\nlong\nx     y",
  );
});
