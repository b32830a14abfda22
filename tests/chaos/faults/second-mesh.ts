import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostNetns, netnsPathOf, uplinkName } from "@weft/lab";
import { runCommand } from "../../run-command.ts";
import { nowNs } from "../clock.ts";
import { command, meshOf } from "../lab.ts";
import type { Fault } from "./fault.ts";

/** Somebody starts another mesh in the network namespace of a host. It must be refused, and do no harm. */
export const secondMesh: Fault = {
  kind: "second mesh",
  async begin({ lab, pick }) {
    const host = lab.hosts[pick(lab.hosts.length)] ?? "h1";
    const state = await mkdtemp(join(tmpdir(), "weft-chaos-second-"));
    const enter = ["nsenter", `--net=${netnsPathOf(hostNetns(meshOf(lab), host))}`];
    const weft = (...words: string[]) => runCommand([...enter, command, ...words, "--state", state]);
    const data = join(state, "data");
    const up = await weft("up", "--host", "other", "--uplink", uplinkName, "--data", data);
    if (up.status === 0) await weft("down");
    await rm(state, { recursive: true, force: true });
    const said = up.stderr.trim().split("\n").at(-1) ?? "";
    return {
      target: `in the namespace of ${host}: status ${up.status}, ${said}`,
      host,
      atNs: nowNs(),
      // Any other failure tells nothing of the rule.
      check: async () =>
        up.status !== 0 && /this host belongs to mesh \S+ of /.test(up.stderr)
          ? []
          : [`a second mesh in the namespace of ${host} was not refused as one: ${said || up.status}`],
    };
  },
};
