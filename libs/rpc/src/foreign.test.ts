import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { WeftError } from "@weft/netaddr";
import { serveIdentity, temporary } from "./test-server.ts";

const run = promisify(execFile);
const buf = fileURLToPath(new URL("../../../node_modules/.bin/buf", import.meta.url));

/** Calls by reflection alone: buf (a Go client) is given no schema. */
async function curl(socket: string, ...args: string[]): Promise<string> {
  const common = ["curl", "--protocol", "grpc", "--http2-prior-knowledge", "--unix-socket", socket];
  const { stdout } = await run(buf, [...common, ...args]);
  return stdout;
}

test("a foreign client finds the services by reflection and calls them without a schema", async () => {
  using directory = temporary();
  await using server = await serveIdentity(join(directory.path, "i.sock"), {
    allocate: ({ sets }) => ({ identities: sets.map((_, index) => 256 + index), revision: 7 }),
    release: () => {
      throw new WeftError("NOT_FOUND", "no such number");
    },
  });
  const { socket } = server;
  const services = await curl(socket, "--list-services", "http://localhost");
  assert.deepEqual(services.trim().split("\n"), ["grpc.health.v1.Health", "weft.v1.Identity"]);

  const body = '{"sets":[{"labels":{"app":"web"}},{"labels":{"app":"api"}}]}';
  const answer = await curl(socket, "-d", body, "http://localhost/weft.v1.Identity/Allocate");
  assert.deepEqual(JSON.parse(answer), { identities: [256, 257], revision: "7" });

  const refused = curl(socket, "-d", "{}", "http://localhost/weft.v1.Identity/Release");
  await assert.rejects(refused, /not_found[\s\S]*no such number/);
});

test("the standard health service names the service and the server, and follows what it is told", async () => {
  using directory = temporary();
  await using server = await serveIdentity(join(directory.path, "i.sock"));
  const check = async (service: string) => {
    const url = "http://localhost/grpc.health.v1.Health/Check";
    return JSON.parse(await curl(server.socket, "-d", JSON.stringify({ service }), url));
  };
  assert.deepEqual(await check("weft.v1.Identity"), { status: "SERVING" });
  assert.deepEqual(await check(""), { status: "SERVING" });
  await assert.rejects(check("weft.v1.Ipam"), /not_found/);
  server.setServing(false);
  assert.deepEqual(await check("weft.v1.Identity"), { status: "NOT_SERVING" });
});
