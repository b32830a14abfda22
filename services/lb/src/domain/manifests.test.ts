import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseManifests } from "@weft/manifest";
import { checkServices } from "./manifests.ts";

const examples = new URL("../../../../examples/online-boutique/kubernetes-manifests.yaml", import.meta.url);

/** A Service with this spec, one line a field from line 5 on. */
function service(spec: string, name = "web"): { file: string; text: string }[] {
  const head = `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec:\n`;
  return [{ file: "s.yaml", text: `${head}${spec.replace(/^/gm, "  ")}\n` }];
}

/** Findings as "line:field: message". */
function findings(spec: string, name?: string): string[] {
  return checkServices(service(spec, name)).diagnostics.map(
    ({ line, field, message }) => `${line}:${field}: ${message}`,
  );
}

const onePort = "ports: [{port: 80}]";

test("the Services of Online Boutique are taken unchanged", () => {
  const { resources } = parseManifests([{ file: "b.yaml", text: readFileSync(examples, "utf8") }]);
  const documents = resources
    .filter(({ kind }) => kind === "Service")
    .map(({ file, source, line }) => ({ file, text: source, line }));
  const checked = checkServices(documents);
  assert.deepEqual(checked.diagnostics, []);
  assert.equal(checked.services.length, documents.length);
  assert.ok(documents.length >= 11);
});

test("a Service as an API server gives it out is taken unchanged", () => {
  const spec = [
    "allocateLoadBalancerNodePorts: true",
    "clusterIP: 10.96.12.7",
    "clusterIPs: [10.96.12.7, 'fd00:10:96::7']",
    "externalTrafficPolicy: Cluster",
    "internalTrafficPolicy: Cluster",
    "ipFamilies: [IPv4, IPv6]",
    "ipFamilyPolicy: PreferDualStack",
    "ports: [{name: http, nodePort: 31234, port: 80, protocol: TCP, targetPort: web}, {name: dns, port: 80, protocol: UDP}]",
    "selector: {app: web}",
    "sessionAffinity: ClientIP",
    "sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}}",
    "type: LoadBalancer",
  ].join("\n");
  assert.deepEqual(findings(spec), []);
});

test("headless and external services need no ports", () => {
  assert.deepEqual(findings("clusterIP: None\nselector: {app: db}"), []);
  assert.deepEqual(findings("type: ExternalName\nexternalName: db.example.org"), []);
});

test("a field that is wrong is named with its line", () => {
  const cases: [spec: string, finding: RegExp][] = [
    ["ports: [{port: 0}]", /^5:spec\.ports\[0\]\.port: is 0/],
    ["ports: [{port: 80, targetPort: 70000}]", /^5:spec\.ports\[0\]\.targetPort:/],
    ["ports: [{port: 80, protocol: ICMP}]", /^5:spec\.ports\[0\]\.protocol:/],
    [`type: Clusterip\n${onePort}`, /^5:spec\.type:/],
    [`${onePort}\nselector: {app: -web}`, /^6:spec\.selector\.app:/],
    [`${onePort}\nclusterIP: 10.0.0.300`, /^6:spec\.clusterIP:/],
    [`${onePort}\nfoo: 1`, /^6:spec\.foo:/],
    [`type: NodePort\nports: [{port: 80, nodePort: 80}]`, /^6:spec\.ports\[0\]\.nodePort: is 80/],
    [
      `type: LoadBalancer\n${onePort}\nloadBalancerSourceRanges: [10.0.0.1/8]`,
      /^7:spec\.loadBalancerSourceRanges\[0\]:/,
    ],
    [
      "sessionAffinity: ClientIP\nsessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}\nports: [{port: 1}]",
      /^6:.*timeoutSeconds: is 0/,
    ],
  ];
  for (const [spec, finding] of cases) {
    const found = findings(spec);
    assert.ok(found.length > 0, `${spec}: nothing found`);
    assert.match(found[0] ?? "", finding, spec);
  }
});

test("fields that contradict each other are named", () => {
  const cases: [spec: string, finding: RegExp][] = [
    ["selector: {app: web}", /^\d+:spec\.ports: is empty/],
    ["ports: [{port: 80}, {port: 81}]", /ports\[0\]\.name: is missing/],
    ["ports: [{name: a, port: 80}, {name: b, port: 80}]", /ports\[1\]\.port: TCP 80 is that of ports\[0\]/],
    ["ports: [{name: a, port: 80}, {name: a, port: 81}]", /ports\[1\]\.name: a is that of ports\[0\]/],
    ["ports: [{port: 80, nodePort: 30080}]", /nodePort: is given for type ClusterIP/],
    [`type: NodePort\nclusterIP: None\n${onePort}`, /clusterIP: is None/],
    ["type: ExternalName", /externalName: is missing/],
    [`externalTrafficPolicy: Local\n${onePort}`, /externalTrafficPolicy: is given for type ClusterIP/],
    [`loadBalancerIP: 10.0.0.1\n${onePort}`, /loadBalancerIP: is given for type ClusterIP/],
    [
      `${onePort}\nsessionAffinityConfig: {clientIP: {}}`,
      /sessionAffinityConfig: is given with sessionAffinity None/,
    ],
  ];
  for (const [spec, finding] of cases) assert.match(findings(spec).join("\n"), finding, spec);
});

test("a field that Weft does not do is refused by name", () => {
  assert.match(
    findings(`type: LoadBalancer\nloadBalancerClass: other\n${onePort}`).join("\n"),
    /^6:spec\.loadBalancerClass: is not supported/,
  );
});

test("a name that DNS would not take is refused", () => {
  assert.match(findings(onePort, "1web").join("\n"), /metadata\.name: is "1web"/);
});

test("another kind, and the same Service twice, are refused", () => {
  const pod = { file: "p.yaml", text: "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n" };
  const [web] = service(onePort);
  assert.ok(web !== undefined);
  const { diagnostics } = checkServices([pod, web, web]);
  assert.deepEqual(
    diagnostics.map(({ field, message }) => `${field}: ${message}`),
    ["kind: is Pod", "metadata.name: default/web is at s.yaml:1 already"],
  );
});
