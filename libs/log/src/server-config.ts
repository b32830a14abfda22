import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { cannotWrite } from "@weft/netaddr";
import { permissionsOf, roleOf } from "./authority.ts";
import { makeUser, openSigner } from "./nkey.ts";

/** Users every server has; loaders come one per host. */
const standingUsers = ["admin", "identity", "ipam", "compiler", "lb", "cli"];

/**
 * What streams may reserve by their bounds. Left out, it is 75 % of what is free at the start, and a server on a disk with
 * less than 430 MB refuses the streams of flows and traces (320 MiB), which seldom fill what they may.
 */
const reservableBytes = 2 ** 40;

/** Where the parts of an embedded server are. */
export function serverPaths(directory: string) {
  return {
    config: join(directory, "nats.conf"),
    pid: join(directory, "nats.pid"),
    port: join(directory, "nats.port"),
    log: join(directory, "nats.log"),
    store: join(directory, "store"),
    seeds: join(directory, "seeds"),
    seed: (user: string) => join(directory, "seeds", `${encodeURIComponent(user)}.seed`),
  };
}

/** Makes sure that a user has a seed (file mode 0600); answers it. */
export function ensureSeed(directory: string, user: string): string {
  roleOf(user);
  const paths = serverPaths(directory);
  const file = paths.seed(user);
  mkdirSync(paths.seeds, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeServerFile(file, makeUser().seed);
  return readFileSync(file, "utf8").trim();
}

/** The option that makes an acknowledged event outlast a power cut. A server before 2.10 refuses it. */
const syncing = "sync_interval: always";

/**
 * Whole or not at all, readable by the owner only. What stands there already is left alone: a server starts again also
 * where nothing more can be written.
 */
export function writeServerFile(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { mode: 0o600 });
    chmodSync(draft, 0o600);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw cannotWrite(file, error);
  }
}

/**
 * Writes the configuration: loopback only, JetStream in the directory, one account, and every user that has a seed
 * with its permissions. Users are exactly the seed files, so a host is added by adding its seed and reloading.
 */
export function writeServerConfig(
  directory: string,
  options: {
    readonly port: number;
    readonly hosts?: readonly string[];
    /** Whether the server is to sync each event itself (from 2.10 on); default: as it is. */
    readonly syncs?: boolean;
  },
): void {
  const paths = serverPaths(directory);
  const syncs =
    options.syncs ?? (existsSync(paths.config) && readFileSync(paths.config, "utf8").includes(syncing));
  mkdirSync(paths.store, { recursive: true, mode: 0o700 });
  for (const user of [...standingUsers, ...(options.hosts ?? []).map((host) => `loader-${host}`)]) {
    ensureSeed(directory, user);
  }
  const users = readdirSync(paths.seeds)
    .filter((file) => file.endsWith(".seed"))
    .map((file) => decodeURIComponent(file.slice(0, -".seed".length)))
    .sort();
  const lines = [
    "# Written by Weft; changes are lost at the next start.",
    "host: 127.0.0.1",
    `port: ${options.port}`,
    "server_name: weft",
    `pid_file: ${quote(paths.pid)}`,
    `log_file: ${quote(paths.log)}`,
    `jetstream { store_dir: ${quote(paths.store)}, max_file_store: ${reservableBytes}${syncs ? `, ${syncing}` : ""} }`,
    "accounts {",
    "  SYS { users: [] }",
    "  WEFT {",
    "    jetstream: enabled",
    "    users: [",
    ...users.map((user) => `      ${userEntry(directory, user)}`),
    "    ]",
    "  }",
    "}",
    "system_account: SYS",
    "",
  ];
  writeServerFile(paths.config, lines.join("\n"));
}

function userEntry(directory: string, user: string): string {
  const { publicKey } = openSigner(ensureSeed(directory, user));
  const permissions = permissionsOf(user, publicKey);
  const list = (subjects: readonly string[]) => `{ allow: [${subjects.map(quote).join(", ")}] }`;
  const allowed = `publish: ${list(permissions.publish)}, subscribe: ${list(permissions.subscribe)}`;
  return `{ nkey: ${publicKey}, permissions: { ${allowed} } } # ${encodeURIComponent(user)}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
