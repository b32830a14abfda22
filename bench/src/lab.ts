// A lab of a benchmark's own, by the command that users type.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

/** A container of a lab. */
interface LabContainer {
  readonly ipv6: string;
  /** Name of its network namespace. */
  readonly netns: string;
}

/** A lab; disposing takes it down. */
export class Lab implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), "weft-bench-"));
  readonly state = join(this.#directory, "state");

  /** Runs `weft` with these words; what it printed. */
  weft(...words: string[]): string {
    return execFileSync(join(root, "weft"), words, {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: { ...process.env, WEFT_STATE: this.state },
    });
  }

  /** A file with this text, for `weft ... -f`. */
  file(name: string, text: string): string {
    const path = join(this.#directory, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs a container `bench/<name>` with labels such as "role=client". */
  run(name: string, labels: string, host: string): LabContainer {
    const words = ["lab", "run", `bench/${name}`, "-l", labels, "--host", host, "-o", "json"];
    const endpoint = JSON.parse(this.weft(...words)) as { ipv6: string; netns: string };
    return { ipv6: endpoint.ipv6, netns: endpoint.netns.replace(/^.*\//, "") };
  }

  [Symbol.dispose](): void {
    this.weft("lab", "down");
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
