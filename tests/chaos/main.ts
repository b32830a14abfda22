// npm run chaos: faults under traffic and changes. See README.md.
import { help, readArguments } from "./arguments.ts";
import { formatReport } from "./report.ts";
import { runChaos } from "./run.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => stop.abort(new Error(`ended by ${signal}`)));
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  if (given === "help") {
    console.log(help);
    return 0;
  }
  const report = await runChaos(given, stop.signal, (line) => console.error(line));
  console.log(given.json ? JSON.stringify(report) : formatReport(report));
  return report.bad.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`chaos: ${error instanceof Error ? error.message : error}`);
  process.exitCode = stop.signal.aborted ? 130 : 2;
}
