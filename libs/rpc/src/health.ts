import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const buf = fileURLToPath(new URL("../../../node_modules/.bin/buf", import.meta.url));

/** What grpc.health.v1.Health says of the server at a socket, as a client that is not ours sees it: "SERVING" ... */
export async function healthOf(socket: string): Promise<string> {
  const transport = ["--protocol", "grpc", "--http2-prior-knowledge", "--unix-socket", socket];
  const check = "http://localhost/grpc.health.v1.Health/Check";
  const { stdout } = await run(buf, ["curl", ...transport, "-d", "{}", check]);
  return JSON.parse(stdout).status;
}

/** Asks again until the answer is the wanted one, for 10 s at most. */
export async function untilHealth(wanted: string, socket: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (let answer = await healthOf(socket); answer !== wanted; answer = await healthOf(socket)) {
    if (Date.now() > deadline) throw new Error(`still ${answer} after 10 s, not ${wanted}`);
  }
}
