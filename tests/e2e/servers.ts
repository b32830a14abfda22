// A program that containers of a test run: HTTP on port 80, DNS over UDP on port 53, until its standard input ends.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";

/** Answers every question with one AAAA record (RFC 1035 section 4, RFC 3596): 2001:db8::53. */
function answerTo(query: Buffer): Buffer {
  const question = query.subarray(12);
  const end = question.indexOf(0) + 5;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 6);
  header.writeUInt32BE(0, 8);
  const record = Buffer.from("c00c001c00010000003c001020010db8000000000000000000000053", "hex");
  return Buffer.concat([header, question.subarray(0, end), record]);
}

const http = createServer((_, response) => response.end("hello\n")).listen(80, "::");
const dns = createSocket("udp6");
dns.on("message", (query, { port, address }) => dns.send(answerTo(query), port, address));
dns.bind(53, "::");
await Promise.all([once(http, "listening"), once(dns, "listening")]);
process.stdout.write("ready\n");
process.stdin.resume();
await once(process.stdin, "end");
process.exit(0);
