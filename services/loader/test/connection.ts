// A real TCP connection between two containers in which only the server speaks.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Ports of the two ends. */
interface Ports {
  readonly server: number;
  /** Unset: as the kernel gives it. */
  readonly client?: number;
  /** Nobody listens any more when the connection is there. */
  readonly once?: boolean;
}

const server = ({ server: port, once = false }: Ports) => `require("node:net").createServer(function (to) {
  if (${once}) this.close();
  const timer = setInterval(() => to.write("line\\n"), 20);
  to.on("close", () => clearInterval(timer)).on("error", () => {});
}).listen({ host: "::", port: ${port} }, () => console.log("ready"));`;

const client = (host: string, { server: port, client: localPort }: Ports) => `
const from = require("node:net").connect(${JSON.stringify({ host, port, localPort })});
from.pipe(process.stdout);`;

/** The client's end. */
export interface Connection extends Disposable {
  /** So many more lines arrive; throws when they do not within 10 s. */
  lines(count: number): Promise<void>;
}

function run(netns: string, code: string): ChildProcess {
  const command = [`--net=${netns}`, process.execPath, "-e", code];
  return spawn("nsenter", command, { stdio: ["ignore", "pipe", "inherit"] });
}

/** The second container connects to the first, which speaks every 20 ms from then on. */
export async function listen(
  serverNetns: string,
  clientNetns: string,
  address: string,
  ports: Ports = { server: 7 },
): Promise<Connection> {
  const speaker = run(serverNetns, server(ports));
  await once(createInterface({ input: speaker.stdout ?? process.stdin }), "line");
  const listener = run(clientNetns, client(address, ports));
  const heard = createInterface({ input: listener.stdout ?? process.stdin });
  return {
    async lines(count) {
      const signal = AbortSignal.timeout(10_000);
      for (let line = 0; line < count; line += 1) await once(heard, "line", { signal });
    },
    [Symbol.dispose]() {
      listener.kill("SIGKILL");
      speaker.kill("SIGKILL");
    },
  };
}
