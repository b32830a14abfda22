import { WeftError } from "@weft/netaddr";

/** Root of every event's subject. */
export const logRoot = "weft.log";

/** One token of a NATS subject from any name: `.`, `*`, `>`, `%`, white space and control characters as `%XX`. */
export function subjectToken(name: string): string {
  if (name === "") throw new WeftError("INVALID_ARGUMENT", "an empty name cannot be part of a subject");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get through.
  return name.replace(/[.*>%\s\u0000-\u001f\u007f]/g, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/** The name that `subjectToken` was given. */
export function fromSubjectToken(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch (cause) {
    throw new WeftError("INVALID_ARGUMENT", `${JSON.stringify(token)} is not an escaped name`, { cause });
  }
}

function under(...names: readonly string[]): string {
  return [logRoot, ...names.map(subjectToken)].join(".");
}

/** The exact subject of every aggregate. */
export const subjects = {
  identity: (): string => under("identity"),
  /** The pool of the mesh and the prefixes of its hosts. */
  pool: (): string => under("ipam"),
  /** The leases of one host. */
  leases: (host: string): string => under("ipam", host),
  host: (host: string): string => under("host", host),
  endpoint: (host: string, id: string): string => under("endpoint", host, id),
  /** The kind is part of it unless it is NetworkPolicy; where a kind has no namespace, "-" stands for it. */
  policy: (kind: string, namespace: string, name: string): string =>
    kind === "NetworkPolicy"
      ? under("policy", namespace, name)
      : under("policy", namespace || "-", name, kind),
  namespace: (name: string): string => under("namespace", name),
  extension: (name: string): string => under("extension", name),
  object: (digest: string): string => under("object", digest),
  service: (namespace: string, name: string): string => under("service", namespace, name),
  option: (scope: string): string => under("option", scope),
} as const;

/** Whether a subject is matched by a NATS filter (`*` one token, `>` one or more at the end). */
export function subjectMatches(filter: string, subject: string): boolean {
  if (filter === ">" || filter === subject) return true;
  const wanted = filter.split(".");
  const tokens = subject.split(".");
  for (const [index, want] of wanted.entries()) {
    if (want === ">") return tokens.length > index;
    if (want !== "*" && want !== tokens[index]) return false;
    if (tokens[index] === undefined) return false;
  }
  return tokens.length === wanted.length;
}

/** Throws INVALID_ARGUMENT unless an event may be appended to this subject: below `weft.log`, exact. */
export function checkSubject(subject: string): void {
  if (/^weft\.log(\.[^\s.*>]+)+$/.test(subject)) return;
  throw new WeftError("INVALID_ARGUMENT", `${JSON.stringify(subject)} is not the subject of an aggregate`, {
    expected: "an exact subject below weft.log",
  });
}
