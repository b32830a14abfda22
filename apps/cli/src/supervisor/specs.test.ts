import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { type LabUpOptions, labOptionsOf, withLabOptions } from "../commands/lab-options.ts";
import { type AttachKind, attachKinds, type MeshConfig } from "../mesh/config.ts";
import { meshPaths } from "../mesh/paths.ts";
import { inherited, loaderSpec } from "./specs.ts";

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
    environment: { PATH: "/bin" },
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

test("a process is told which one of which mesh it is, beside what whoever brought the mesh up has", () => {
  const told = { PATH: "/bin", WEFT_MESH_PROCESS: "/state", WEFT_PROCESS: "loader-h1" };
  assert.partialDeepStrictEqual(loaderEnvironment([]), told);
});

test("of the variables of whoever brings a mesh up, ours reach its processes where they are about the mesh, and no way to systemd does", () => {
  const passed = {
    ...{ WEFT_GRACE_MS: "1", WEFT_SETTLE_MS: "1", WEFT_DRIFT_MS: "1", WEFT_UNDERLAY_OTHER: "2001:db8::1" },
    ...{ WEFT_NATS_SERVER: "/nats-server", PATH: "/bin", OTEL_SERVICE_NAME: "x" },
  };
  const kept = {
    ...{
      WEFT_SOCKET: "/s",
      WEFT_NATS_STORE: "/n",
      WEFT_NETNS: "/ns",
      WEFT_RCU: "expedited",
      WEFT_UNDERLAY: "::1",
    },
    ...{ WEFT_TOLD_MS: "1", WEFT_MESH_PROCESS: "/other", WEFT_PROCESS: "supervisor", WEFT_STATE: "/other" },
    ...{ NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "1", WATCHDOG_PID: "1", NODE_CHANNEL_FD: "3" },
  };
  assert.deepEqual(inherited({ ...passed, ...kept, UNSET: undefined }), passed);
});
