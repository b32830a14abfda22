import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cannotRead, errnoOf, WeftError } from "@weft/netaddr";
import * as z from "zod";
import { createFile, readNote, readText, replaceFile } from "../files.ts";
import { isRunning, type ProcessId, processStart } from "../processes/table.ts";

const record = z.object({
  id: z.string(),
  namespace: z.string(),
  name: z.string(),
  host: z.string(),
  labels: z.record(z.string(), z.string()),
  ports: z.array(z.object({ name: z.string(), protocol: z.enum(["TCP", "UDP", "SCTP"]), port: z.number() })),
  identity: z.number(),
  ipv6: z.string(),
  /** "" when it has none. */
  ipv4: z.string(),
  /** Revision at which it was attached. */
  revision: z.number(),
  /** Path of its network namespace. */
  netns: z.string(),
  /** Control socket of its workload. */
  control: z.string(),
});

/** A container that the lab runs, as it is noted in the state directory. */
export type ContainerRecord = z.infer<typeof record>;

/** The containers noted in a directory, by namespace and name. */
export async function listContainers(directory: string): Promise<ContainerRecord[]> {
  const files = (await filesIn(directory)).filter((name) => name.endsWith(".json"));
  const found = await Promise.all(files.map((file) => readNote(join(directory, file), record)));
  const key = (one: ContainerRecord) => `${one.namespace}/${one.name}`;
  return found.filter((one) => one !== undefined).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** One container; NOT_FOUND when the lab runs none of this name. */
export async function findContainer(
  directory: string,
  namespace: string,
  name: string,
): Promise<ContainerRecord> {
  const found = await readNote(pathOf(directory, namespace, name), record);
  if (found !== undefined) return found;
  throw new WeftError("NOT_FOUND", `there is no container ${namespace}/${name}`, {
    expected: "one that weft get endpoints lists",
  });
}

/**
 * Reserves the name of a container before it is made; ALREADY_EXISTS when it is taken. A reservation whose process has
 * ended without making anything of it is void.
 */
export async function reserveContainer(directory: string, namespace: string, name: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = pathOf(directory, namespace, name);
  const self: ProcessId = { pid: process.pid, started: processStart(process.pid) ?? 0 };
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (await createFile(`${path}.new`, JSON.stringify(self))) {
      if ((await readText(path)) === undefined) return;
      await rm(`${path}.new`);
      break;
    }
    const holder: unknown = JSON.parse((await readText(`${path}.new`)) || "{}");
    if (reservation.safeParse(holder).data === undefined || isRunning(reservation.parse(holder))) break;
    await rm(`${path}.new`, { force: true });
  }
  throw new WeftError("ALREADY_EXISTS", `there is a container ${namespace}/${name} already`, {
    expected: "another name, or weft lab rm first",
  });
}

const reservation = z.object({ pid: z.number(), started: z.number() });

async function filesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw cannotRead(directory, error);
  }
}

/** Notes a container whose name was reserved. */
export async function noteContainer(directory: string, container: ContainerRecord): Promise<void> {
  const path = pathOf(directory, container.namespace, container.name);
  await replaceFile(path, JSON.stringify(container, null, 2));
  await rm(`${path}.new`, { force: true });
}

/** Notes that a container has this IPv4 address now; "": none. */
export async function noteIpv4(directory: string, container: ContainerRecord, ipv4: string): Promise<void> {
  await noteContainer(directory, { ...container, ipv4 });
}

/** Forgets a container, or a reservation. */
export async function forgetContainer(directory: string, namespace: string, name: string): Promise<void> {
  const path = pathOf(directory, namespace, name);
  await Promise.all([rm(path, { force: true }), rm(`${path}.new`, { force: true })]);
}

/** Neither part of the name can hold the separator. */
function pathOf(directory: string, namespace: string, name: string): string {
  return join(directory, `${namespace}_${name}.json`);
}
