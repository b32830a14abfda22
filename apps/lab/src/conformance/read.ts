import { type Diagnostic, findingsOf, formatPath, type Path } from "@weft/manifest";
import { WeftError } from "@weft/netaddr";
import { manifestKey } from "./difference.ts";
import { readPolicy } from "./policies.ts";
import { portOfCell, probedPort } from "./port-key.ts";
import { type ConformanceCase, type ConformanceStep, casesSchema, type NamedManifest } from "./schema.ts";

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
    const cells = step.blocked.flatMap((cell, index) =>
      cellFindings(cell, step).map(([message, expected]) => say(["blocked", index], message, expected)),
    );
    const { PortProtocol } = step.probe;
    const unclear =
      PortProtocol && probedPort(step) === undefined
        ? [
            say(
              ["probe", "PortProtocol", "Port"],
              `is ${PortProtocol.Port}`,
              nameOfPort(PortProtocol.Protocol),
            ),
          ]
        : [];
    const actions = step.actions.flatMap((action, index) =>
      Object.keys(action).length === 1 ? [] : [say(["actions", index], "must be one action", "one key")],
    );
    const keys = new Set<string>();
    const twice = step.policies.map(manifestKey).flatMap((key, index) => {
      if (keys.has(key)) return [say(["policies", index], `${key} is given a second time`)];
      keys.add(key);
      return [];
    });
    const policies = step.policies.flatMap((policy, index) =>
      policyFindings(policy).map(({ field, message, expected }) => {
        const { field: place } = say(["policies", index], "");
        return { ...say([], message, expected), field: field === "" ? place : `${place}.${field}` };
      }),
    );
    return [...strangers, ...cells, ...unclear, ...actions, ...twice, ...policies];
  });
}

/** What is wrong with a blocked cell, and what was expected. */
function cellFindings(cell: string, step: ConformanceStep): [message: string, expected?: string][] {
  const unknown = cell
    .replace(/:[^:]*$/, "")
    .split(">")
    .filter((pod) => !(pod in step.pods));
  if (unknown.length > 0) return unknown.map((pod) => [`there is no pod ${pod} in this step`]);
  const { protocol, port } = portOfCell(cell);
  if (port < 1 || port > 65535) return [[`its port is ${port}`, "a port from 1 to 65535"]];
  const probed = probedPort(step);
  if (probed === undefined || (probed.protocol === protocol && probed.port === port)) return [];
  return [["is not tried in this step", `port ${probed.port}/${probed.protocol}, as probe says`]];
}

function nameOfPort(protocol: string): string {
  return `a number, or a name such as serve-80-${protocol.toLowerCase()}`;
}

function policyFindings(policy: NamedManifest): readonly Diagnostic[] {
  const parsed = readPolicy(policy);
  return Array.isArray(parsed) ? parsed : [];
}
