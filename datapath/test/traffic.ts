import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { inside } from "./world.ts";

/** How many of `packets` echo requests came back. */
export async function ping(netns: string, address: string, packets = 3, ...more: string[]): Promise<number> {
  const family = address.includes(":") ? "-6" : "-4";
  const { output } = await inside(
    netns,
    ...["ping", family, "-q", "-n", "-i", "0.01", "-W", "1", "-c", String(packets), ...more, address],
  );
  return Number(/(\d+) received/.exec(output)?.[1] ?? 0);
}

const serverScript = `
const { createServer } = require("node:net");
const { createSocket } = require("node:dgram");
const port = Number(process.argv[1]);
createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(port, "::", () => {
  const udp = createSocket({ type: "udp6" }).bind(port, "::");
  udp.on("message", (text, from) => udp.send(text, from.port, from.address));
  udp.on("listening", () => console.log("ready"));
});
`;

const clientScript = `
const { connect } = require("node:net");
const { createSocket } = require("node:dgram");
const [protocol, host, port, bytes, patience] = process.argv.slice(1);
const fail = (why) => { console.log(why); process.exit(1); };
setTimeout(() => fail("timeout"), Number(patience));
if (protocol === "tcp") {
  let got = 0;
  const socket = connect(Number(port), host, () => socket.write(Buffer.alloc(Number(bytes), 120)));
  socket.on("error", (error) => fail(error.code));
  socket.on("data", (data) => { if ((got += data.length) >= Number(bytes)) { console.log("ok"); process.exit(0); } });
} else {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.on("message", (data) => { console.log(data.length === Number(bytes) ? "ok" : "short"); process.exit(0); });
  socket.send(Buffer.alloc(Number(bytes), 120), Number(port), host);
}
`;

/** A process that echoes TCP and UDP on a port of a namespace; ends when disposed. */
export async function listen(netns: string, port: number): Promise<AsyncDisposable> {
  const child: ChildProcess = spawn(
    "nsenter",
    [`--net=${netns}`, process.execPath, "-e", serverScript, String(port)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  if (child.stdout !== null) await once(child.stdout, "data", { signal: AbortSignal.timeout(20_000) });
  return {
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Sends bytes to an echo and gets them back: "ok", or what happened instead. */
export async function exchange(
  netns: string,
  protocol: "tcp" | "udp",
  address: string,
  port: number,
  bytes = 1000,
  patienceMs = 5000,
): Promise<string> {
  const args = [protocol, address, port, bytes, patienceMs].map(String);
  const { output } = await inside(netns, process.execPath, "-e", clientScript, ...args);
  return output.trim();
}

/** Addresses of the hops on the way, as traceroute shows them; "*" is a silent one. */
export async function traceroute(netns: string, address: string, ...more: string[]): Promise<string[]> {
  const family = address.includes(":") ? "-6" : "-4";
  const { output } = await inside(
    netns,
    ...["traceroute", family, "-n", "-q", "1", "-w", "1", "-m", "4", ...more, address],
  );
  return [...output.matchAll(/^ *\d+ +(\S+)/gm)].map(([, hop]) => `${hop}`);
}

/** A TCP connection that lasts. */
interface Conversation extends AsyncDisposable {
  /** Sends bytes and gets them back: "ok", or what happened instead. */
  say(bytes: number): Promise<string>;
}

const conversationScript = `
const { connect } = require("node:net");
const [host, port] = process.argv.slice(1);
let left = 0;
const socket = connect(Number(port), host, () => console.log("ready"));
socket.on("error", (error) => console.log(error.code));
socket.on("data", (data) => { if ((left -= data.length) === 0) console.log("ok"); });
process.stdin.on("data", (line) => socket.write(Buffer.alloc((left = Number(line)), 120)));
`;

/** Connects to an echo server and stays connected until it is disposed. */
export async function converse(netns: string, address: string, port: number): Promise<Conversation> {
  const command = [`--net=${netns}`, process.execPath, "-e", conversationScript, address, String(port)];
  const child = spawn("nsenter", command, { stdio: ["pipe", "pipe", "inherit"] });
  const heard = async () => String(await once(child.stdout, "data", { signal: AbortSignal.timeout(20_000) }));
  await heard();
  return {
    async say(bytes) {
      const answer = heard();
      child.stdin.write(`${bytes}\n`);
      return (await answer).trim();
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Waits until a condition holds; throws when it does not within 10 seconds. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while (!(await condition())) deadline.throwIfAborted();
}
