// A program that containers of a test run: numbered messages over TCP and UDP, and an account of what became of them.
//   echo.ts serve PORT                 answers both until its standard input ends
//   echo.ts talk ADDRESS PORT          sends a line and waits for it to come back, again and again, and prints what comes
//   echo.ts ask ADDRESS PORT           sends until its standard input ends, then prints an Account
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, connect as openConnection, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./asking.ts";

const everyMs = 5;
/** Of each TCP message: larger than any segment, so that the size of segments matters. */
const messageBytes = 20_000;

function ended(): Promise<unknown> {
  process.stdin.resume();
  return once(process.stdin, "end");
}

async function serve(port: number): Promise<void> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen(port, "::");
  await once(server, "listening");
  const datagrams = createSocket({ type: "udp6" });
  datagrams.on("message", (message, from) => datagrams.send(message, from.port, from.address));
  datagrams.bind(port, "::");
  await once(datagrams, "listening");
  process.stdout.write("ready\n");
  await ended();
  process.exit(0);
}

async function ask(address: string, port: number): Promise<void> {
  const account = {
    tcpSent: 0,
    tcpBack: 0,
    tcpErrors: 0,
    udpSent: 0,
    udpBack: 0,
    udpMissing: [] as number[],
  };
  const socket = openConnection({ host: address, port, noDelay: true });
  await once(socket, "connect");
  socket.on("error", () => {
    account.tcpErrors += 1;
  });
  socket.on("close", () => {
    account.tcpErrors += 1;
  });
  socket.on("data", (data) => {
    account.tcpBack += data.length;
  });
  const datagrams = createSocket(address.includes(":") ? "udp6" : "udp4");
  const open = new Set<number>();
  datagrams.on("message", (message) => {
    if (open.delete(message.readUInt32BE())) account.udpBack += 1;
  });
  process.stdout.write("ready\n");
  let running = true;
  const end = ended().then(() => {
    running = false;
  });
  while (running) {
    sendOne(socket, account);
    const number = account.udpSent;
    account.udpSent += 1;
    open.add(number);
    const message = Buffer.alloc(64);
    message.writeUInt32BE(number);
    datagrams.send(message, port, address);
    await sleep(everyMs);
  }
  await end;
  // What is on its way gets its time.
  const deadline = Date.now() + 3000;
  while (Date.now() < deadline && (open.size > 0 || account.tcpBack < account.tcpSent)) await sleep(20);
  account.udpMissing.push(...open);
  process.stdout.write(`${JSON.stringify(account satisfies Account)}\n`);
  process.exit(0);
}

/** Not more than the other end keeps up with. */
function sendOne(socket: Socket, account: { tcpSent: number; readonly tcpBack: number }): void {
  if (account.tcpSent - account.tcpBack > 10 * messageBytes) return;
  socket.write(Buffer.alloc(messageBytes, account.tcpSent % 251));
  account.tcpSent += messageBytes;
}

/** One line is on its way at a time, so that each packet is an end's answer to the other's. */
async function talk(address: string, port: number): Promise<void> {
  const socket = openConnection({ host: address, port, noDelay: true });
  await once(socket, "connect");
  process.stdout.write("ready\n");
  socket.on("data", (data) => {
    process.stdout.write(data);
    setTimeout(() => socket.write("line\n"), 4 * everyMs);
  });
  socket.write("line\n");
  await ended();
  process.exit(0);
}

const [verb, ...words] = process.argv.slice(2);
const [address = "", port] = words;
if (verb === "serve") await serve(Number(words[0]));
else if (verb === "talk") await talk(address, Number(port));
else await ask(address, Number(port));
