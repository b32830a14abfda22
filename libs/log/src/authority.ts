import { WeftError } from "@weft/netaddr";
import { flowRoot, flowStream, objectsBucket, snapshotsBucket } from "./streams.ts";
import { subjectToken } from "./subjects.ts";

/**
 * What a user may do; `>` alone is everything. There is no `allow_responses`: the server would remember the reply
 * subject of every message it delivers, which made replaying the log 500 times slower.
 */
export type Permissions = {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
};

/** Kinds of users; a loader is one per host. */
export type Role = "identity" | "ipam" | "compiler" | "lb" | "loader" | "cli" | "admin";

type Rights = {
  readonly publish: readonly string[];
  readonly subscribe?: readonly string[];
  readonly snapshots?: boolean;
};

/** Who may write what. `{host}` stands for the loader's own host. Nobody but admin may touch streams. */
export const authority: Readonly<Record<Exclude<Role, "admin">, Rights>> = {
  identity: { publish: ["weft.log.identity"], snapshots: true },
  ipam: { publish: ["weft.log.ipam", "weft.log.ipam.>"], snapshots: true },
  compiler: {
    publish: [
      "weft.log.policy.>",
      "weft.log.namespace.>",
      "weft.log.extension.>",
      "weft.log.object.>",
      "weft.log.option.>",
      `$O.${objectsBucket}.>`,
    ],
    snapshots: true,
  },
  lb: { publish: ["weft.log.service.>"], snapshots: true },
  loader: {
    publish: [
      "weft.log.host.{host}",
      "weft.log.endpoint.{host}.>",
      "weft.status.{host}",
      `${flowRoot}.{host}`,
    ],
    snapshots: true,
  },
  // Who talks to whom is for people, and for no service. No consumers either: one could be aimed at the log.
  cli: {
    publish: ["weft.request.>", `$JS.API.STREAM.INFO.${flowStream}`, `$JS.API.STREAM.MSG.GET.${flowStream}`],
  },
};

/** Everybody may read the log, the objects and the snapshots, watch it live, and report spans. */
const everybody: Rights = {
  publish: [
    "weft.trace.>",
    "$JS.API.INFO",
    "$JS.API.CONSUMER.CREATE.WEFT.>",
    "$JS.API.CONSUMER.INFO.WEFT.>",
    "$JS.API.CONSUMER.DELETE.WEFT.>",
    "$JS.API.CONSUMER.MSG.NEXT.WEFT.>",
    ...["WEFT", "WEFT_TRACES", `OBJ_${objectsBucket}`, `OBJ_${snapshotsBucket}`].flatMap((stream) => [
      `$JS.API.STREAM.INFO.${stream}`,
      `$JS.API.STREAM.MSG.GET.${stream}`,
      `$JS.API.DIRECT.GET.${stream}`,
      `$JS.API.DIRECT.GET.${stream}.>`,
    ]),
  ],
  subscribe: ["weft.live.>", "weft.status.>", "weft.trace.>"],
};

/** Saving folds: a snapshot is signed by its owner, so that nobody can pass off his own. */
const snapshotWriting = [`$O.${snapshotsBucket}.>`, `$JS.API.STREAM.PURGE.OBJ_${snapshotsBucket}`];

/** Role and host of a user name: `identity`, `ipam`, `compiler`, `lb`, `cli`, `admin` or `loader-<host>`. */
export function roleOf(user: string): { readonly role: Role; readonly host?: string } {
  if (user.startsWith("loader-") && user.length > "loader-".length) {
    return { role: "loader", host: user.slice("loader-".length) };
  }
  if (user === "admin" || (user !== "loader" && Object.hasOwn(authority, user)))
    return { role: user as Role };
  throw new WeftError("INVALID_ARGUMENT", `${JSON.stringify(user)} is not a user of the log`, {
    expected: "identity, ipam, compiler, lb, cli, admin or loader-<host>",
  });
}

/** The NATS permissions of a user; the inbox is its own and bears its public key. */
export function permissionsOf(user: string, publicKey: string): Permissions {
  const { role, host } = roleOf(user);
  if (role === "admin") return { publish: [">"], subscribe: [">"] };
  const rights = authority[role];
  const own = rights.publish.map((subject) =>
    subject.replace("{host}", host === undefined ? "" : subjectToken(host)),
  );
  return {
    publish: [...own, ...everybody.publish, ...(rights.snapshots === true ? snapshotWriting : [])],
    subscribe: [
      `_INBOX.${publicKey}.>`,
      ...(everybody.subscribe ?? []),
      ...(role === "cli" ? [] : [`weft.request.${subjectToken(user)}.>`]),
    ],
  };
}
