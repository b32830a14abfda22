import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { smallDisk } from "@weft/log/testing";
import { meshPaths } from "../mesh/paths.ts";
import { readProcesses } from "../mesh/processes.ts";
import { Notes } from "./notes.ts";

const skip = process.getuid?.() === 0 ? false : "mounts a tmpfs: needs root";

for (const [what, spoil, mend] of [
  ["full", (disk) => disk.fill(), (disk) => disk.free()],
  ["read-only", (disk) => remount(disk.path, "ro"), (disk) => remount(disk.path, "rw")],
] as const satisfies readonly (readonly [string, Spoil, Spoil])[]) {
  test(`notes on a ${what} disk fail nobody, say why, and are written when they can be`, {
    skip,
  }, async () => {
    using disk = smallDisk(1);
    const paths = meshPaths(join(disk.path, "state"));
    mkdirSync(paths.state);
    let pid = 1;
    const one = () => ({ name: "ipam", pid, started: 1, restarts: 0 });
    const notes = new Notes(paths, () => ({ natsUrl: "nats://x", processes: [one()] }));
    await notes.write();
    assert.equal(notes.trouble, "");
    spoil(disk);
    pid = 2;
    await notes.write();
    assert.match(notes.trouble, /^cannot write .*processes\.json: /);
    assert.equal((await readProcesses(paths))?.processes[0]?.pid, 1, "what was there is whole");
    notes.refresh();
    mend(disk);
    notes.refresh();
    await notes.write();
    assert.equal(notes.trouble, "");
    assert.equal((await readProcesses(paths))?.processes[0]?.pid, 2);
  });
}

type Spoil = (disk: ReturnType<typeof smallDisk>) => void;

function remount(path: string, how: "ro" | "rw"): void {
  execFileSync("mount", ["-o", `remount,${how}`, path]);
}
