import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Mesh, root } from "./weft.ts";

/** What became of one TCP connection (in bytes) and of numbered datagrams. */
export interface Account {
  readonly tcpSent: number;
  readonly tcpBack: number;
  readonly tcpErrors: number;
  readonly udpSent: number;
  readonly udpBack: number;
  readonly udpMissing: readonly number[];
}

/** A program that runs in a container until it is told to end. */
export interface Running extends AsyncDisposable {
  /** Ends it by the end of its input; the rest of what it printed. */
  end(): Promise<string>;
  /** What it printed so far. */
  printed(): string;
}

const program = (name: string) => join(import.meta.dirname, name);

/** Answers on a port of a container, TCP and UDP. */
export function startAnswering(mesh: Mesh, container: string, port: number): Promise<Running> {
  return start(mesh, container, [process.execPath, program("echo.ts"), "serve", `${port}`]);
}

/** Sends from a container over one TCP connection, and numbered datagrams, until `end`, which answers the account. */
export function startAsking(mesh: Mesh, container: string, address: string, port: number): Promise<Running> {
  return start(mesh, container, [process.execPath, program("echo.ts"), "ask", address, `${port}`]);
}

/** Speaks from a container over one TCP connection: a line is printed whenever one came back. */
export function startTalking(mesh: Mesh, container: string, address: string, port: number): Promise<Running> {
  return start(mesh, container, [process.execPath, program("echo.ts"), "talk", address, `${port}`]);
}

/** The account of what `startAsking` began. */
export async function accountOf(asking: Running): Promise<Account> {
  const text = await asking.end();
  return JSON.parse(text) as Account;
}

/** HTTP on port 80 and DNS over UDP on port 53 of a container. */
export function startServers(mesh: Mesh, container: string): Promise<Running> {
  return start(mesh, container, [process.execPath, program("servers.ts")]);
}

async function start(mesh: Mesh, container: string, words: readonly string[]): Promise<Running> {
  const command = ["lab", "exec", container, "--", ...words];
  const child = spawn(join(root, "weft"), command, {
    env: { ...process.env, WEFT_STATE: mesh.state },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let printed = "";
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const closed = once(child, "close");
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      if (printed.startsWith("ready\n")) resolve();
    });
    closed.then(() => reject(new Error(`${words.join(" ")} in ${container}: ${said}`)));
  });
  const rest = () => printed.slice("ready\n".length);
  const end = async (): Promise<string> => {
    close(child);
    await closed;
    return rest();
  };
  return { end, printed: rest, [Symbol.asyncDispose]: async () => void (await end()) };
}

function close(child: ChildProcess): void {
  child.stdin?.on("error", () => undefined);
  child.stdin?.end();
}
