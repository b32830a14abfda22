// Writes src/gen: the typed face of the contract, and the descriptors of the health service. Run it after the contract
// has changed: node libs/rpc/scripts/generate.ts
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { protoPath } from "grpc-health-check";
import { type Descriptors, descriptors, methodName } from "../src/descriptors.ts";

const gen = new URL("../src/gen/", import.meta.url);

/** Every generated file of this package: its place and what belongs there. */
export function generatedFiles(): Map<URL, Buffer> {
  return new Map([
    [new URL("api.ts", gen), Buffer.from(apiSource(descriptors()))],
    [new URL("health.binpb", gen), healthDescriptors()],
  ]);
}

/** TypeScript source of the type `Api`: service -> method -> [request codec, response codec]. */
function apiSource({ services }: Descriptors): string {
  const lines = [
    "// Generated from the compiled descriptor set by libs/rpc/scripts/generate.ts. Do not edit.",
    'import type { weft } from "@weft/proto";',
    "",
    "/** Every unary method of every service: its request and its response codec. */",
    "export type Api = {",
  ];
  for (const service of services) {
    lines.push(`  readonly ${service.name}: {`);
    for (const method of service.methods) {
      if (method.streaming)
        throw new Error(`${service.fullName}/${method.name}: streams have no typed face yet`);
      const name = methodName(method.name);
      lines.push(`    readonly ${name}: readonly [typeof ${method.input}, typeof ${method.output}];`);
    }
    lines.push("  };");
  }
  return `${[...lines, "};"].join("\n")}\n`;
}

/** buf compiles health.proto: what protobufjs makes of it names its map entry wrongly, and Go clients refuse the file. */
function healthDescriptors(): Buffer {
  const scratch = mkdtempSync(join(tmpdir(), "weft-rpc-"));
  try {
    const output = join(scratch, "health.binpb");
    const buf = fileURLToPath(new URL("../../../node_modules/.bin/buf", import.meta.url));
    // protoPath is <package>/proto/health/v1/health.proto; imports are relative to <package>/proto.
    const input = dirname(dirname(dirname(protoPath)));
    execFileSync(buf, ["build", input, "--exclude-source-info", "-o", output], { stdio: "inherit" });
    return readFileSync(output);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

if (import.meta.main) {
  for (const [file, bytes] of generatedFiles()) writeFileSync(file, bytes);
}
