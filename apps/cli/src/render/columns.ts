import type { ViewName } from "@weft/model";

/** One column of the table that `weft get` prints. */
interface Column {
  readonly head: string;
  readonly cell: (row: object) => string;
}

const fields: Readonly<Record<ViewName, readonly string[]>> = {
  endpoints: ["namespace", "name", "host", "id", "identity", "ipv6", "ipv4", "revision"],
  identities: ["identity", "labels", "endpoints", "revision"],
  hosts: ["name", "underlayIpv4", "underlayIpv6", "ipv6", "ipv4", "attach", "endpoints", "revision"],
  policies: ["namespace", "name", "kind", "file", "line", "revision"],
  services: ["namespace", "name", "file", "line", "revision"],
  programs: [
    "host",
    "namespace",
    "name",
    "hook",
    "id",
    "tier",
    "instructions",
    "jitedBytes",
    "tag",
    "digest",
  ],
  addresses: ["host", "namespace", "name", "ipv6", "ipv4", "owner", "revision"],
  objects: ["digest", "kind", "bytes", "durationUs", "refused", "revision"],
  namespaces: ["name", "labels", "revision"],
  options: ["scope", "key", "value", "revision"],
};

/** The columns of a kind: the fields that tell most; -o json has all of them. */
export function columnsOf(kind: ViewName): Column[] {
  return fields[kind].map((field) => ({
    head: field.replace(/[A-Z]/g, (letter) => `-${letter}`).toUpperCase(),
    cell: (row) => cellText(field, Reflect.get(row, field)),
  }));
}

function cellText(field: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  if (field === "digest") return String(value).slice(0, 12);
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([key, one]) => `${key}=${one}`)
    .join(",");
}
