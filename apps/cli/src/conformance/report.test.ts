import assert from "node:assert/strict";
import { test } from "node:test";
import { formatJson, formatJunit, formatText, type Report } from "./report.ts";

const good = {
  step: 0,
  actions: ["CreatePolicy x/base"],
  expectation: "file" as const,
  revision: 7,
  cells: 432,
  wrong: [],
  reprobed: 0,
  selected: 1,
  specialised: 0,
  seconds: 0.25,
};
const cell = { cell: "x/a>x/b:80/TCP", family: 6, expected: "blocked" as const, seen: "allowed" };
const report: Report = {
  file: "cases.json",
  hosts: 3,
  families: [6, 4],
  tier: "auto",
  seconds: 1.5,
  cases: [
    { index: 4, description: "labels <\"a\" & 'b'>", steps: [good, { ...good, step: 1, wrong: [cell] }] },
  ],
};

test("JSON has the sums before the cases", () => {
  const { cases, ...sums } = JSON.parse(formatJson(report)) as Record<string, unknown>;
  assert.deepEqual(sums, {
    ...{ file: "cases.json", hosts: 3, families: [6, 4], tier: "auto" },
    ...{ seconds: 1.5, cells: 864, wrong: 1 },
  });
  assert.deepEqual(cases, report.cases);
});

test("JUnit has a test case for each step, and the wrong cells are the text of a failure", () => {
  const text = formatJunit(report);
  assert.match(text, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites tests="2" failures="1"/);
  assert.match(text, /name="case 4, step 0: labels &lt;&quot;a&quot; &amp; 'b'&gt;" time="0\.25"\/>/);
  assert.match(
    text,
    /<failure message="1 of 432 cells wrong">x\/a&gt;x\/b:80\/TCP IPv6: expected blocked, was allowed</,
  );
});

test("text names each wrong cell by its step, and ends with the sum", () => {
  const lines = formatText(report).split("\n");
  assert.deepEqual(lines.slice(-2), [
    "4.1  x/a>x/b:80/TCP IPv6: expected blocked, was allowed",
    "863 of 864 cells as expected (3 hosts, IPv6 and IPv4, 1.5 s)",
  ]);
});
