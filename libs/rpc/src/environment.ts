// What processes are told by their environment, and how one that cannot begin with it says so.
import { areServerUrls } from "@weft/log";
import { type Diagnostic, isWeftError, WeftError } from "@weft/netaddr";
import { z } from "zod";

/** Variables of a process, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A text that says something: a variable that is set to nothing was meant to say something else. */
export const filled = z.string().min(1);

/** A number of milliseconds in digits, from 1. */
export const wholeMs = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/** The variables that every service takes; one with more of its own extends it. Each description is what is expected. */
export const serviceEnvironment = z.object({
  WEFT_STATE: filled.describe("the state directory"),
  WEFT_NATS_URL: z.string().refine(areServerUrls).describe("nats://HOST:PORT, or several with commas"),
  WEFT_NATS_SEED_FILE: filled.optional().describe("a file with the seed of the service's user"),
  // Files of the server, when what it acknowledges is to outlast a power cut and the server may not see to it.
  WEFT_NATS_STORE: filled.optional().describe("the folder of the server's files"),
  // A second replica on the same machine needs a socket of its own.
  WEFT_SOCKET: filled.optional().describe("the path of a socket"),
  // Of a process that was started before it was told what to be: when it was told, in ms since its start.
  WEFT_TOLD_MS: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number)
    .optional()
    .describe("a number of ms"),
});

/**
 * What reads the variables of a schema: a function of nothing but them. It throws INVALID_ARGUMENT with a finding for each
 * variable that is missing or means nothing, in which the schema's description of it is what was expected.
 */
export function environmentReader<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
): (variables: Variables) => z.infer<z.ZodObject<Shape>> {
  return (variables) => {
    const result = schema.safeParse(variables);
    if (result.success) return result.data;
    const names = new Set(result.error.issues.map(({ path }) => `${String(path[0])}`));
    const findings = [...names].map((name) => finding(name, variables[name], describedIn(schema, name)));
    throw new WeftError("INVALID_ARGUMENT", findings.map(lineOf).join("\n"), { diagnostics: findings });
  };
}

function describedIn(schema: z.ZodObject, name: string): string {
  const field = schema.shape[name];
  return (field instanceof z.ZodType ? field.description : undefined) ?? "something else";
}

function finding(field: string, value: string | undefined, expected: string): Diagnostic {
  return { field, message: value === undefined ? "is not set" : `is ${JSON.stringify(value)}`, expected };
}

function lineOf({ field = "", message, expected = "" }: Diagnostic): string {
  return `${field === "" ? "" : `${field}: `}${message}${expected === "" ? "" : ` (expected ${expected})`}`;
}

/** Exit status of a process that was told what means nothing; one that fails ends with 1. */
const badInput = 2;

/**
 * The end of a process that cannot begin. What whoever started it can mend is told on stderr, a line each that begins with
 * `weft-NAME: `, exit status 2 when it is what the process was told, else 1. Anything else is thrown on.
 */
export function refuseStart(name: string, thrown: unknown): never {
  const told = isWeftError(thrown, "INVALID_ARGUMENT");
  if (!told && !isWeftError(thrown, "FAILED_PRECONDITION")) throw thrown;
  for (const one of thrown.diagnostics ?? [thrown]) console.error(`weft-${name}: ${lineOf(one)}`);
  return process.exit(told ? badInput : 1);
}

/** What is read of this process' environment; the process ends, and says why, when it cannot be. */
export function readOwnEnvironment<T>(name: string, read: (variables: Variables) => T): T {
  try {
    return read(process.env);
  } catch (error) {
    return refuseStart(name, error);
  }
}
