import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes a program that is the real nats-server and says that it is of another version, and answers its path: what Weft writes
 * for a version can be looked at where there is an older one, in `nats.conf.asked`. The older one would refuse the option.
 */
export function serverOfVersion(version: string, folder: string): string {
  const program = join(folder, "nats-server");
  const real = process.env.WEFT_NATS_SERVER ?? "nats-server";
  const script = `#!/bin/sh
case $1 in --version) echo "nats-server: v${version}"; exit ;; esac
cp "$2" "$2.asked"
sed -i 's/, sync_interval: always//' "$2"
exec ${real} -c "$2"
`;
  writeFileSync(program, script, { mode: 0o755 });
  return program;
}
