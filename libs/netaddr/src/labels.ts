import { WeftError } from "./error.ts";

/** A set of labels, as Kubernetes has them; order means nothing. */
export type Labels = Readonly<Record<string, string>>;

const name = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** One text per set, equal exactly when the sets are equal: sorted `key=value` joined by commas, `%`, `,` and `=` escaped. */
export function labelKey(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((key) => `${escapeLabel(key)}=${escapeLabel(labels[key] ?? "")}`)
    .join(",");
}

function escapeLabel(text: string): string {
  return /[%,=]/.test(text)
    ? text.replace(/[%,=]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
    : text;
}

/** Whether two sets are equal. */
export function sameLabels(a: Labels, b: Labels): boolean {
  return labelKey(a) === labelKey(b);
}

/** Throws INVALID_ARGUMENT naming the first key or value that Kubernetes would refuse (its "Labels and Selectors" page). */
export function validateLabels(labels: Labels, field = "labels"): void {
  for (const [key, value] of Object.entries(labels)) {
    const where = `${field}[${JSON.stringify(key)}]`;
    const slash = key.indexOf("/");
    const prefix = key.slice(0, Math.max(slash, 0));
    const local = key.slice(slash + 1);
    if (slash >= 0 && (prefix.length > 253 || !subdomain.test(prefix))) {
      refuse(
        where,
        `${JSON.stringify(prefix)} is not a label prefix`,
        "a DNS subdomain of at most 253 characters",
      );
    }
    if (local.length > 63 || !name.test(local)) {
      refuse(
        where,
        `${JSON.stringify(local)} is not a label name`,
        "at most 63 of A-Z a-z 0-9 - _ ., alphanumeric at both ends",
      );
    }
    if (value !== "" && (value.length > 63 || !name.test(value))) {
      refuse(
        where,
        `${JSON.stringify(value)} is not a label value`,
        "empty, or at most 63 of A-Z a-z 0-9 - _ ., alphanumeric at both ends",
      );
    }
  }
}

function refuse(field: string, message: string, expected: string): never {
  throw new WeftError("INVALID_ARGUMENT", message, { field, expected });
}
