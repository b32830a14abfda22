import { type EndFilter, type FlowFilter, type FlowVerdict, flowVerdicts } from "@weft/log";
import { outcomes } from "@weft/model";
import { parseDuration, protocolNumbers } from "@weft/policy";
import { InvalidArgumentError } from "commander";
import { isTime } from "../mesh/point.ts";
import { containerArgument, endArgument, portArgument } from "./arguments.ts";

/** Reads a number of flows: 0 to 1,000,000. */
export function countArgument(text: string): number {
  if (/^\d{1,7}$/.test(text) && Number(text) <= 1_000_000) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 0 to 1000000.");
}

/** As long as flows are kept. */
const longestAgoMs = 48 * 3_600_000;

/** Reads a time, or how long ago it was ("10m", at most two days); answers milliseconds since 1970. */
export function timeArgument(text: string, nowMs = Date.now()): number {
  if (isTime(text)) return Date.parse(text);
  const agoMs = parseDuration(text);
  if (agoMs !== undefined && agoMs <= longestAgoMs) return nowMs - Math.ceil(agoMs);
  const ago = "how long ago it was in the units h, m, s and ms, such as 10m (at most 48h)";
  const expected = `a time such as 2026-01-31T14:03:00Z, or ${ago}`;
  throw new InvalidArgumentError(`It must be ${expected}.`);
}

/** Reads "dropped", or several: "dropped,cut". */
export function verdictsArgument(text: string): FlowVerdict[] {
  return text.split(",").map((name) => {
    const found = flowVerdicts.find((verdict) => verdict === name.toUpperCase());
    if (found !== undefined) return found;
    const names = flowVerdicts.join(", ").toLowerCase();
    throw new InvalidArgumentError(`It must be one of ${names}, or several with commas.`);
  });
}

/** Reads NAMESPACE/NAME, NAMESPACE/ for all of it, or an address. */
export function endFilterArgument(text: string): EndFilter {
  try {
    if (text.endsWith("/")) return { namespace: containerArgument(`${text}any`).namespace };
    return endArgument(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError("It must be NAMESPACE/NAME, NAMESPACE/ for all of it, or an IP address.");
  }
}

/** Reads a destination port: "80", or "tcp/80". */
export function destinationPortArgument(text: string): NonNullable<FlowFilter["port"]> {
  const { protocol, port } = portArgument(text.includes("/") ? text : `tcp/${text}`);
  return text.includes("/") ? { protocol: protocolNumbers[protocol], port } : { port };
}

/** Reads the name of an outcome: "drop_policy_ingress", or "policy-ingress" for short. */
export function reasonArgument(text: string): string {
  const name = text.toLowerCase().replaceAll("-", "_");
  const found = outcomes.find((outcome) => outcome.name === name || outcome.name === `drop_${name}`);
  if (found !== undefined) return found.name;
  const names = outcomes.map((outcome) => outcome.name.replace(/^drop_/, "").replaceAll("_", "-"));
  throw new InvalidArgumentError(`It must be one of ${names.join(", ")}.`);
}
