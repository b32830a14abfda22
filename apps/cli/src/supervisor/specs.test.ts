import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { type LabUpOptions, labOptionsOf, withLabOptions } from "../commands/lab-options.ts";
import { type AttachKind, attachKinds, type MeshConfig } from "../mesh/config.ts";
import { meshPaths } from "../mesh/paths.ts";
import { loaderSpec } from "./specs.ts";

/** Environment of the loader of a mesh that was started with these words. */
function loaderEnvironment(
  words: readonly string[],
  underlay = "192.0.2.1",
  more: Partial<MeshConfig> = {},
): Readonly<Record<string, string>> {
  const host = { name: "h1", netns: "", uplink: "eth0", underlay };
  const command = withLabOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const { attach } = labOptionsOf(command.parse(words, { from: "user" }).opts<LabUpOptions>());
  const mesh: MeshConfig = {
    version: 1,
    id: "0af3be11",
    mesh: "m",
    kind: "machine",
    hosts: [host],
    pool: { ipv6: "fd00::/48", ipv4: "10.77.0.0/16", chosen: false },
    options: {},
    attach,
    ipv4: false,
    natsUrl: "",
    data: "/data",
    cache: "/cache",
    ...more,
  };
  const seedFile = (user: string) => `/seeds/${user}`;
  const common = {
    paths: meshPaths("/state"),
    mesh,
    natsUrl: "nats://127.0.0.1:1",
    seedFile,
    environment: {},
  };
  return loaderSpec(host, common).env;
}

test("--attach reaches the loader as it was said, and is auto when nothing was", () => {
  const told = (words: readonly string[]) => loaderEnvironment(words).WEFT_ATTACH;
  assert.equal(told([]), "auto" satisfies AttachKind);
  for (const kind of attachKinds) assert.equal(told(["--attach", kind]), kind);
  assert.throws(() => told(["--attach", "xdp"]), /--attach/);
});

test("an address reaches the loader when it was asked for, and the mark of the mesh in any case", () => {
  assert.equal(loaderEnvironment([]).WEFT_UNDERLAY, "192.0.2.1");
  const { WEFT_UNDERLAY, WEFT_MARK } = loaderEnvironment([], "");
  assert.deepEqual([WEFT_UNDERLAY, WEFT_MARK], [undefined, "weft id=0af3be11 mesh=m state=/state"]);
});

test("services of a machine sync what is acknowledged to them, and of a lab, or with a server of others, do not", () => {
  const store = (more: Partial<MeshConfig>) => loaderEnvironment([], "", more).WEFT_NATS_STORE;
  assert.equal(store({}), "/data/store");
  assert.equal(store({ sync: "always", kind: "lab" }), "/data/store");
  for (const more of [{ sync: "interval" }, { kind: "lab" }, { natsUrl: "nats://192.0.2.9:4222" }] as const)
    assert.equal(store(more), undefined);
});
