import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectLog } from "@weft/log";
import { toWeftError, WeftError } from "@weft/netaddr";
import type { Context } from "../context.ts";
import { meshServices } from "../supervisor/specs.ts";
import { withDeadline } from "../waits.ts";
import type { MeshConfig } from "./config.ts";

/** How long a server that is not ours may take to answer all of it. */
const answerMs = 10_000;
const connectMs = 3_000;

/**
 * Makes sure that the nats-server of `--nats` is there, knows the users whose seeds we have, and holds the log, before
 * anything is started that could only wait for it.
 */
export async function checkForeignNats(mesh: MeshConfig, context: Context): Promise<void> {
  if (mesh.natsUrl === "") return;
  const users = ["cli", ...meshServices, ...mesh.hosts.map(({ name }) => `loader-${name}`)];
  const seeds = await Promise.all(users.map(async (user) => [user, await seedOf(mesh.data, user)] as const));
  const timed = withDeadline(context, answerMs);
  await Promise.all(seeds.map(([user, seed]) => checkUser(mesh, user, seed, timed)));
}

async function seedOf(data: string, user: string): Promise<string> {
  try {
    return (await readFile(join(data, "seeds", `${user}.seed`), "utf8")).trim();
  } catch (cause) {
    throw new WeftError("FAILED_PRECONDITION", `there is no seed of user ${user} in ${join(data, "seeds")}`, {
      cause,
      field: "--data",
      expected:
        "the directory of an earlier weft up with the same --host, whose nats.conf the server runs with",
    });
  }
}

async function checkUser(
  mesh: MeshConfig,
  user: string,
  seed: string,
  { signal, waits }: Context,
): Promise<void> {
  const url = mesh.natsUrl;
  try {
    const options = { url, seed, name: "weft/up", timeoutMs: connectMs, signal };
    await using log = await waits.on(`the nats-server at ${url}`, () => connectLog(options));
    // One look is enough, and reading is what everybody may.
    if (user === "cli") await waits.on(`the stream of the nats-server at ${url}`, () => log.head());
  } catch (thrown) {
    throw refusal(toWeftError(thrown), mesh, user);
  }
}

function refusal(cause: WeftError, { natsUrl: url, data }: MeshConfig, user: string): WeftError {
  const expected = `a nats-server that runs with ${join(data, "nats.conf")} of an earlier weft up`;
  const details = { cause, field: "--nats", expected };
  if (cause.code === "PERMISSION_DENIED")
    return new WeftError(
      "FAILED_PRECONDITION",
      `the server at ${url} does not know our user ${user}`,
      details,
    );
  if (cause.code === "FAILED_PRECONDITION")
    return new WeftError("FAILED_PRECONDITION", `the server at ${url} has no stream of ours`, details);
  if (cause.code === "CANCELLED") return cause;
  return new WeftError(cause.code, cause.message, details);
}
