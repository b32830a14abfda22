import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { EndpointView, ProgramView } from "@weft/model";
import { eventually } from "./wait.ts";
import { type Mesh, openMesh, root, skip } from "./weft.ts";

// One lab for all of them: it takes seconds to come up, and the tests only add to it what they take away again.

interface Probed {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port: number;
  readonly family: number;
  readonly verdict: string;
}

interface Submitted {
  readonly revision: number;
  readonly changes: readonly { readonly name: string; readonly outcome: string }[];
}

interface Status {
  readonly head: number;
  readonly hosts: readonly {
    readonly host: string;
    readonly applied: number;
    readonly error: string;
    readonly attach: string;
  }[];
}

/** What must hold of the shop, whichever way programs are attached; by tcx also what has nothing to do with the kernel. */
export function testBoutique(attach: "tcx" | "clsact"): void {
  const boutique = join(root, "examples", "online-boutique");
  let mesh: Mesh;

  before(async () => {
    if (skip !== false) return;
    mesh = await openMesh();
    await mesh.json(["lab", "up", "-f", boutique, "--ipv4", "--attach", attach]);
  });
  after(async () => {
    if (skip === false) await mesh[Symbol.asyncDispose]();
  });

  /** Declares a test of what has nothing to do with how programs are attached: once is enough. */
  const testOnce = (name: string, work: () => Promise<void>): void => {
    if (attach === "tcx") test(name, { skip }, work);
  };

  async function head(): Promise<number> {
    return (await mesh.json<Status>(["status", "-o", "json"])).head;
  }

  test("twelve containers on three hosts have addresses of both families, an identity and their programs", {
    skip,
  }, async () => {
    const endpoints = await mesh.json<EndpointView[]>(["get", "endpoints", "-o", "json"]);
    assert.equal(endpoints.length, 12);
    assert.deepEqual([...new Set(endpoints.map(({ host }) => host))].sort(), ["h1", "h2", "h3"]);
    for (const endpoint of endpoints) {
      assert.match(endpoint.ipv6 ?? "", /^fd[0-9a-f:]+$/);
      assert.match(endpoint.ipv4 ?? "", /^10\.77\./);
      assert.ok(endpoint.identity >= 256 && endpoint.identity < 2 ** 24);
      assert.deepEqual(endpoint.programs.map(({ hook }) => hook).sort(), ["from_container", "to_container"]);
    }
    assert.equal(new Set(endpoints.map(({ ipv6 }) => ipv6)).size, 12);
    assert.equal(new Set(endpoints.map(({ identity }) => identity)).size, 12);
  });

  testOnce("every event on record says who asked and what led to it", async () => {
    const { status, stdout } = await mesh.run(["log", "-o", "json"]);
    assert.equal(status, 0);
    const events = stdout
      .trim()
      .split("\n")
      .map((line): Record<string, unknown> => JSON.parse(line));
    assert.ok(events.length > 12, `${events.length} events`);
    assert.deepEqual(
      events.filter(({ actor, cause }) => actor === "" || actor === "unknown" || cause === ""),
      [],
    );
  });

  test("the shop's own connections pass and no others, on one host and across hosts, in both families", {
    skip,
  }, async () => {
    // Who calls whom, from the manifests' environment variables and the policies; everything else is denied.
    const calls: Record<string, readonly string[]> = {
      adservice: ["frontend"],
      cartservice: ["checkoutservice", "frontend"],
      checkoutservice: ["frontend"],
      currencyservice: ["checkoutservice", "frontend"],
      emailservice: ["checkoutservice"],
      paymentservice: ["checkoutservice"],
      productcatalogservice: ["checkoutservice", "frontend", "recommendationservice"],
      recommendationservice: ["frontend"],
      "redis-cart": ["cartservice"],
      shippingservice: ["checkoutservice", "frontend"],
    };
    const results = await mesh.json<Probed[]>(["lab", "probe", "-o", "json"]);
    // Eleven of the twelve declare a port; each is tried by eleven others, by IPv6 and by IPv4.
    assert.equal(results.length, 11 * 11 * 2);
    const [first] = results;
    assert.deepEqual(Object.keys(first ?? {}), ["from", "to", "protocol", "port", "family", "verdict"]);
    const wrong = results.filter(({ from, to, verdict }) => {
      const [source = "", target = ""] = [from, to].map((name) => name.replace("default/", ""));
      const open = target === "frontend" || calls[target]?.includes(source) === true;
      return verdict !== (open ? "allowed" : "blocked");
    });
    assert.deepEqual(wrong, []);
  });

  test("a container without policy in a namespace of its own is reached by all that may send, and lab rm ends it", {
    skip,
  }, async () => {
    const made = await mesh.json<{ namespace: string; name: string; host: string; revision: number }>([
      ...[
        "lab",
        "run",
        "other/open",
        "-l",
        "app=open",
        "--host",
        "h2",
        "--listen",
        "tcp/80,udp/53",
        "--ipv4",
      ],
    ]);
    assert.equal(made.host, "h2");
    assert.ok(made.revision > 0);
    const results = await mesh.json<Probed[]>(["lab", "probe", "--to", "other/open", "-o", "json"]);
    assert.equal(results.length, 12 * 2 * 2);
    assert.deepEqual([...new Set(results.map(({ verdict }) => verdict))], ["allowed"]);
    const closed = [
      "lab",
      "probe",
      "--from",
      "default/frontend",
      "--to",
      "other/open",
      "--port",
      "tcp/81",
      "-o",
      "json",
    ];
    assert.deepEqual(
      (await mesh.json<Probed[]>(closed)).map(({ verdict }) => verdict),
      ["refused", "refused"],
    );
    assert.equal((await mesh.run(["lab", "run", "other/open"])).status, 1, "the name is taken");
    const { revision } = await mesh.json<{ revision: number }>(["lab", "rm", "other/open"]);
    assert.ok(revision > made.revision);
    assert.equal((await mesh.run(["lab", "rm", "other/open"])).status, 1, "it is gone");
  });

  test("a policy that is applied flips a connection, and one that is deleted flips it back", {
    skip,
  }, async () => {
    const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: email-from-ad, namespace: default}
spec:
  podSelector: {matchLabels: {app: emailservice}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: adservice}}}]
    ports: [{port: 8080}]
`;
    const verdicts = async () => {
      const words = [
        "lab",
        "probe",
        "--from",
        "default/adservice",
        "--to",
        "default/emailservice",
        "-o",
        "json",
      ];
      return (await mesh.json<Probed[]>(words)).map(({ verdict }) => verdict);
    };
    assert.deepEqual(await verdicts(), ["blocked", "blocked"]);
    const trial = await mesh.json<Submitted>(["apply", "--dry-run", "-f", "-"], policy);
    assert.deepEqual(trial.revision, 0);
    const applied = await mesh.json<Submitted>(["apply", "-f", "-"], policy);
    assert.deepEqual(
      applied.changes.map(({ outcome }) => outcome),
      ["created"],
    );
    assert.equal((await mesh.run(["status", "--wait"])).status, 0);
    assert.deepEqual(await verdicts(), ["allowed", "allowed"]);
    const same = await mesh.json<Submitted>(["apply", "-f", "-"], policy);
    assert.equal(same.revision, applied.revision, "nothing to change: where it is on record");
    const deleted = await mesh.json<Submitted>(["delete", "-f", "-"], policy);
    assert.ok(deleted.revision > applied.revision);
    assert.equal((await mesh.run(["status", "--wait"])).status, 0);
    assert.deepEqual(await verdicts(), ["blocked", "blocked"]);
    const names = async (at: number) => {
      const policies = await mesh.json<{ name: string }[]>([
        "get",
        "policies",
        "--at",
        `${at}`,
        "-o",
        "json",
      ]);
      return policies.map(({ name }) => name);
    };
    assert.ok((await names(applied.revision)).includes("email-from-ad"));
    assert.ok(!(await names(deleted.revision)).includes("email-from-ad"));
  });

  testOnce(
    "lab exec runs in the container's network, passes input through, and has the command's status",
    async () => {
      const exec = (words: string[], input = "") =>
        mesh.run(["lab", "exec", "default/frontend", "--", ...words], input);
      assert.equal((await exec(["sh", "-c", "exit 7"])).status, 7);
      assert.equal((await exec(["cat"], "through")).stdout, "through");
      const devices = JSON.parse((await exec(["ip", "-j", "link"])).stdout) as { ifname: string }[];
      assert.deepEqual(devices.map(({ ifname }) => ifname).sort(), ["eth0", "lo"]);
    },
  );

  testOnce("bad input of every kind is refused with its place, and nothing is put on record", async () => {
    const policy = (spec: string) =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: bad}\nspec:\n  ${spec}\n`;
    const service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 0}]}\n";
    const good = policy("podSelector: {}").replace("bad", "good");
    const cases: [string, RegExp][] = [
      ["kind: [", /^stdin:\d+:\d+: /m],
      [policy("podSelectr: {}"), /^stdin:5:3: spec\.podSelectr: unknown field/m],
      [
        policy("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]}"),
        /^stdin:5:\d+: .*cidr/m,
      ],
      [policy("{podSelector: {}, ingress: [{ports: [{port: 70000}]}]}"), /^stdin:5:\d+: .*port/m],
      [
        "{apiVersion: v1, kind: Gateway, metadata: {name: g}}",
        /^stdin:1:\d+: kind: .*expected .*NetworkPolicy/m,
      ],
      [`${good}---\n${policy("nonsense: 1")}`, /nonsense/],
      [
        `kind: Pod\napiVersion: v1\nmetadata: {name: p}\n---\n${service}---\n${policy("nonsense: 1")}`,
        /^stdin:1:\d+: kind: [\s\S]*^stdin:8:\d+: spec\.ports[\s\S]*^stdin:14:\d+: .*nonsense/m,
      ],
    ];
    const before = await head();
    for (const [text, place] of cases) {
      const { status, stdout, stderr } = await mesh.run(["apply", "-f", "-"], text);
      assert.equal(status, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, place);
    }
    assert.equal(await head(), before);
  });

  testOnce(
    "the log tells every event with who asked, and a trace leads from the command to a host's kernel",
    async () => {
      const made = await mesh.json<{ revision: number; id: string }>([
        "lab",
        "run",
        "other/traced",
        "-l",
        "app=traced",
      ]);
      const { stdout } = await mesh.run([
        "log",
        "--from",
        `${made.revision}`,
        "--to",
        `${made.revision}`,
        "-o",
        "json",
      ]);
      const event = JSON.parse(stdout) as Record<string, unknown>;
      assert.deepEqual(Object.keys(event).sort(), [
        ...["actor", "cause", "data", "revision", "source", "subject", "time", "trace", "type"],
      ]);
      assert.equal(event.type, "EndpointAttached");
      assert.match(`${event.actor}`, /^cli:/);
      assert.match(`${event.trace}`, /^[0-9a-f]{32}$/);
      const trace = await mesh.run(["trace", `${made.revision}`]);
      assert.equal(trace.status, 0, trace.stderr);
      for (const part of [
        /^weft lab run\s+weft-cli/m,
        /Loader\/Attach/,
        /weft-identity/,
        /weft-ipam/,
        /weft-loader h\d/,
      ]) {
        assert.match(trace.stdout, part);
      }
      await mesh.json(["lab", "rm", "other/traced"]);
    },
  );

  test("the trace of an apply leads through the compiler to the kernel of every host", { skip }, async () => {
    // A port that no run before had: what was compiled once on this machine is not compiled again.
    const port = 10_000 + (Date.now() % 50_000);
    const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: metrics, namespace: default}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
    ports: [{port: ${port}}]
`;
    const { revision } = await mesh.json<Submitted>(["apply", "-f", "-"], policy);
    const text = async () => (await mesh.run(["trace", `${revision}`])).stdout;
    const wanted = [/Compiler\/Apply/, /append PolicyApplied/, /^\W*compile\s/m, /append ObjectBuilt/].concat(
      ["h1", "h2", "h3"].flatMap((host) => [
        new RegExp(`apply PolicyApplied\\s+weft-loader ${host}`),
        new RegExp(`apply specialised\\s+weft-loader ${host}`),
        new RegExp(`kernel write.*\\sweft-loader ${host}`),
      ]),
    );
    try {
      const whole = async () => {
        const found = await text();
        return wanted.every((part) => part.test(found)) || undefined;
      };
      await eventually("the trace is whole", whole, 60_000);
    } finally {
      await mesh.json(["delete", "-f", "-"], policy);
    }
  });

  test("when all is applied, no loader has anything left to do", { skip }, async () => {
    assert.equal((await mesh.run(["status", "--wait"])).status, 0);
    const plans = await mesh.json<{ host: string; operations: unknown[] }[]>(["plan", "-o", "json"]);
    assert.deepEqual(
      plans.map(({ host, operations }) => [host, operations.length]),
      [
        ["h1", 0],
        ["h2", 0],
        ["h3", 0],
      ],
    );
  });

  test("a container that needs less runs smaller programs, and every program says which object it came from", {
    skip,
  }, async () => {
    await mesh.json(["lab", "run", "other/plain"]);
    const programs = await mesh.json<ProgramView[]>(["get", "programs", "-o", "json"]);
    await mesh.json(["lab", "rm", "other/plain"]);
    assert.equal(programs.filter(({ hook }) => hook === "from_uplink").length, 3);
    for (const { digest, tag } of programs) {
      assert.match(digest, /^[0-9a-f]{64}$/);
      assert.match(tag, /^[0-9a-f]{16}$/);
    }
    for (const hook of ["from_container", "to_container"]) {
      const sizes = (name: string) =>
        programs
          .filter((program) => program.name === name && program.hook === hook)
          .map((one) => one.instructions);
      const [plain = 0] = sizes("plain");
      const [policed = 0] = sizes("adservice");
      assert.ok(0 < plain && plain < policed, `${hook}: ${plain} without a policy, ${policed} with one`);
    }
  });
}
