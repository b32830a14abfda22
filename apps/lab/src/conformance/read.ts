import { type Diagnostic, findingsOf, formatPath, type Path } from "@weft/manifest";
import { WeftError } from "@weft/netaddr";
import { readPolicy } from "./policies.ts";
import { type ConformanceCase, casesSchema, type NamedManifest } from "./schema.ts";

/** Reads a file of cases; INVALID_ARGUMENT with the path of every field that is wrong, down to those of policies. */
export function readCases(text: string, file: string): ConformanceCase[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = `not JSON: ${cause instanceof Error ? cause.message : cause}`;
    throw refusal([finding(file, [], message, "a list of cases")]);
  }
  const checked = casesSchema.safeParse(value);
  if (!checked.success) {
    const found = checked.error.issues.flatMap((issue) => findingsOf(issue, value));
    throw refusal(found.map(({ path, message, expected }) => finding(file, path, message, expected)));
  }
  const findings = checked.data.flatMap((one, index) => caseFindings(one, [index], file));
  if (findings.length > 0) throw refusal(findings);
  return checked.data;
}

/** INVALID_ARGUMENT about fields of a file of cases. */
export function refusal(diagnostics: readonly Diagnostic[]): WeftError {
  const what = diagnostics.length === 1 ? "one finding" : `${diagnostics.length} findings`;
  return new WeftError("INVALID_ARGUMENT", `${what} in the cases`, { diagnostics });
}

/** What is wrong with one field. */
export function finding(file: string, path: Path, message: string, expected: string): Diagnostic {
  return { file, line: 0, column: 0, field: formatPath(path), message, expected };
}

function caseFindings(one: ConformanceCase, path: Path, file: string): Diagnostic[] {
  return one.steps.flatMap((step, number) => {
    const at = [...path, "steps", number];
    const say = (where: Path, message: string, expected = "") =>
      finding(file, [...at, ...where], message, expected);
    const strangers = Object.keys(step.pods)
      .filter((pod) => step.namespaces[pod.split("/")[0] ?? ""] === undefined)
      .map((pod) => say(["pods", pod], "its namespace is not in namespaces"));
    const cells = step.blocked.flatMap((cell, index) => {
      const unknown = cell
        .replace(/:[^:]*$/, "")
        .split(">")
        .filter((pod) => !(pod in step.pods));
      return unknown.map((pod) => say(["blocked", index], `there is no pod ${pod} in this step`));
    });
    const actions = step.actions.flatMap((action, index) =>
      Object.keys(action).length === 1 ? [] : [say(["actions", index], "must be one action", "one key")],
    );
    const policies = step.policies.flatMap((policy, index) =>
      policyFindings(policy).map(({ field, message, expected }) => {
        const { field: place } = say(["policies", index], "");
        return { ...say([], message, expected), field: field === "" ? place : `${place}.${field}` };
      }),
    );
    return [...strangers, ...cells, ...actions, ...policies];
  });
}

function policyFindings(policy: NamedManifest): readonly Diagnostic[] {
  const parsed = readPolicy(policy);
  return Array.isArray(parsed) ? parsed : [];
}
