// Traffic between the containers of a run, and the account of it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mustRun } from "../run-command.ts";
import type { ChaosLab } from "./lab.ts";

/** Where the servers of all containers listen. */
export const port = 7000;

/** One stream of numbered datagrams. */
export interface Flow {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly perSecond: number;
}

/** The flows of a run; a flow's place is its number. `gate` and `door` are those that changes open and shut. */
export const flows: readonly Flow[] = [
  { name: "same host", from: "client", to: "near", perSecond: 1500 },
  { name: "two hosts", from: "client", to: "far", perSecond: 1500 },
  { name: "gate", from: "client", to: "gate", perSecond: 500 },
  { name: "door", from: "guest", to: "door", perSecond: 500 },
];

/** What became of the datagrams of a flow, each by its number. */
interface FlowTrace extends Flow {
  /** When each number was sent, in ns of the monotonic clock; 0: it could not be sent. */
  readonly sentNs: Float64Array;
  /** A bit for each number that arrived. */
  readonly seen: Uint8Array;
  readonly doubled: number;
  readonly reordered: number;
}

/** Connections that stay, and connections that come and go. */
export interface TcpAccount {
  readonly connections: number;
  readonly messages: number;
  readonly resets: number;
  readonly wrong: number;
  readonly exchanges: number;
  readonly failedExchanges: number;
  readonly longestMs: number;
}

/** What came of all traffic. */
export interface TrafficAccount {
  readonly flows: readonly FlowTrace[];
  readonly tcp: TcpAccount;
  /** Datagrams that arrived and found no room in the receiving program's socket. */
  readonly overflow: number;
}

/** Traffic under way. */
interface Traffic extends AsyncDisposable {
  end(): Promise<TrafficAccount>;
}

/** Compiles the traffic program into a directory; answers its path. */
export async function buildTraffic(directory: string): Promise<string> {
  const program = join(directory, "traffic");
  const source = (name: string) => join(import.meta.dirname, "native", name);
  const flags = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2"];
  await mustRun(["cc", ...flags, "-o", program, ...["main.c", "serve.c", "ask.c"].map(source)]);
  return program;
}

/** A program in a container, until its standard input ends. */
class Program {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #printed = "";

  constructor(netns: string, words: readonly string[]) {
    this.#child = spawn("nsenter", [`--net=${netns}`, ...words], {
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    this.#closed = once(this.#child, "close");
    this.#child.stdin?.on("error", () => undefined);
    this.#child.stdout?.on("data", (chunk) => {
      this.#printed += chunk;
    });
  }

  async ready(): Promise<this> {
    while (!this.#printed.startsWith("ready\n")) {
      if (this.#child.exitCode !== null) throw new Error(`${this.#child.spawnargs.join(" ")} ended`);
      await sleep(10);
    }
    return this;
  }

  async end<T>(): Promise<T> {
    this.#child.stdin?.end();
    await this.#closed;
    return JSON.parse(this.#printed.slice("ready\n".length)) as T;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

interface Served {
  readonly overflow: number;
  readonly flows: readonly { readonly flow: number; readonly doubled: number; readonly reordered: number }[];
}
interface Talked extends Pick<TcpAccount, "connections" | "messages" | "resets" | "wrong" | "longestMs"> {}
interface Exchanged {
  readonly done: number;
  readonly failed: number;
  readonly longestMs: number;
}

/** Starts everything; returns when all of it flows. */
export async function startTraffic(lab: ChaosLab, program: string): Promise<Traffic> {
  const started: Program[] = [];
  const start = (container: string, ...words: (string | number)[]) => {
    const one = new Program(lab.container(container).netns, [program, ...words.map(String)]);
    started.push(one);
    return one.ready();
  };
  const address = (name: string) => lab.container(name).ipv6;
  const servers = await Promise.all(
    ["near", "far", "gate", "door"].map((name) => start(name, "serve", port, lab.scratch)),
  );
  const senders = await Promise.all(
    flows.map(({ from, to, perSecond }, index) =>
      start(from, "send", address(to), port, index, perSecond, lab.scratch),
    ),
  );
  const targets = ["near", "far"];
  const talks = await Promise.all(targets.map((name) => start("client", "talk", address(name), port, 8)));
  const exchanges = await Promise.all(
    targets.map((name) => start("client", "crr", address(name), port, 100)),
  );
  return {
    async end() {
      const talked = await Promise.all(talks.map((one) => one.end<Talked>()));
      const exchanged = await Promise.all(exchanges.map((one) => one.end<Exchanged>()));
      await Promise.all(senders.map((one) => one.end<unknown>()));
      // What is on its way gets its time.
      await sleep(500);
      const served = await Promise.all(servers.map((one) => one.end<Served>()));
      return {
        flows: await Promise.all(flows.map((flow, index) => traceOf(lab, flow, index, served))),
        tcp: tcpOf(talked, exchanged),
        overflow: sum(served.map(({ overflow }) => overflow)),
      };
    },
    async [Symbol.asyncDispose]() {
      for (const one of started) one.kill();
    },
  };
}

async function traceOf(
  lab: ChaosLab,
  flow: Flow,
  index: number,
  served: readonly Served[],
): Promise<FlowTrace> {
  const sent = await readFile(join(lab.scratch, `${index}.sent`));
  const times = new BigUint64Array(sent.buffer.slice(sent.byteOffset, sent.byteOffset + sent.byteLength));
  const seen = await readFile(join(lab.scratch, `${index}.seen`)).catch(() => new Uint8Array());
  const counted = served.flatMap((one) => one.flows).find((one) => one.flow === index);
  const { doubled = 0, reordered = 0 } = counted ?? {};
  return { ...flow, sentNs: Float64Array.from(times, Number), seen, doubled, reordered };
}

function tcpOf(talked: readonly Talked[], exchanged: readonly Exchanged[]): TcpAccount {
  return {
    connections: sum(talked.map((one) => one.connections)),
    messages: sum(talked.map((one) => one.messages)),
    resets: sum(talked.map((one) => one.resets)),
    wrong: sum(talked.map((one) => one.wrong)),
    exchanges: sum(exchanged.map((one) => one.done)),
    failedExchanges: sum(exchanged.map((one) => one.failed)),
    longestMs: Math.max(...[...talked, ...exchanged].map((one) => one.longestMs)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
