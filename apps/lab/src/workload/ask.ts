import { connect } from "node:net";
import { WeftError } from "@weft/netaddr";

/** Where a connection is tried to. */
export interface ProbeTarget {
  readonly protocol: "tcp" | "udp" | "sctp";
  /** Text of an IPv6 or IPv4 address. */
  readonly address: string;
  readonly port: number;
  /** Source port; unset: one that was not used lately. */
  readonly from?: number;
}

/** What became of a connection: answered, no answer in time, or turned away by RST, ABORT or ICMP. */
export type Verdict = "allowed" | "blocked" | "refused";

/** A verdict, and the name that answered or the reason of a refusal. */
export interface ProbeAnswer {
  readonly verdict: Verdict;
  readonly detail: string;
}

const verdicts: readonly string[] = ["allowed", "blocked", "refused"] satisfies Verdict[];

/** Beyond the time-outs of the attempts themselves. */
const graceMs = 10_000;

/** Has the workload behind a control socket try all targets at once; the answers are in the order of the targets. */
export async function askWorkload(
  control: string,
  targets: readonly ProbeTarget[],
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ProbeAnswer[]> {
  if (targets.length === 0) return [];
  const lines = targets.map(
    (target) => `${target.protocol} ${target.address} ${target.port} ${target.from ?? 0}\n`,
  );
  const deadline = AbortSignal.timeout(timeoutMs + graceMs);
  const text = await exchange(
    control,
    `${timeoutMs}\n${lines.join("")}`,
    signal ? AbortSignal.any([signal, deadline]) : deadline,
  ).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
  const answers = text.split("\n").slice(0, -1).map(parseAnswer);
  if (answers.length !== targets.length) {
    throw new WeftError("INTERNAL", `workload answered ${answers.length} of ${targets.length} targets`);
  }
  return answers;
}

/** Reads "allowed default/frontend", "refused ECONNREFUSED", "blocked"; anything else is a fault of the workload. */
function parseAnswer(line: string): ProbeAnswer {
  const [verdict = "", ...rest] = line.split(" ");
  if (!verdicts.includes(verdict)) throw new WeftError("INTERNAL", `workload says: ${line}`);
  return { verdict: verdict as Verdict, detail: rest.join(" ") };
}

function exchange(path: string, request: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const chunks: Buffer[] = [];
    const socket = connect({ path, allowHalfOpen: true });
    const abort = () => socket.destroy(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", (cause) =>
      reject(new WeftError("UNAVAILABLE", `no workload answers at ${path}: ${cause.message}`, { cause })),
    );
    socket.on("end", () => resolve(Buffer.concat(chunks).toString()));
    socket.on("close", () => signal.removeEventListener("abort", abort));
    socket.end(request);
  });
}
