import assert from "node:assert/strict";
import { test } from "node:test";
import { layOut } from "./blocks.ts";
import { plainHosts, policy } from "./testing.ts";
import { blocksOf, dependsOnAddresses, translatePolicy } from "./translate.ts";

const prefixes = plainHosts(2).flatMap((host) => host.prefixes);

function blockPolicy(...blocks: readonly { cidr: string; except?: string[] }[]) {
  return policy({ podSelector: {}, egress: [{ to: blocks.map((ipBlock) => ({ ipBlock })) }] });
}

test("a block becomes one for each prefix of each host, with its holes", () => {
  const one = blockPolicy({ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] });
  const { spec } = translatePolicy(one, layOut(blocksOf([one])), prefixes);
  const block = (cidr: string, hole: string) => ({ ipBlock: { cidr, except: [hole] } });
  assert.deepEqual(spec.egress, [
    {
      to: [
        block("fd00:77:77:1::100/121", "fd00:77:77:1::100/122"),
        block("10.77.0.0/25", "10.77.0.0/26"),
        block("fd00:77:77:2::100/121", "fd00:77:77:2::100/122"),
        block("10.77.1.0/25", "10.77.1.0/26"),
      ],
    },
  ]);
});

test("a block of all addresses is one for each family, and its holes are on every host of the family", () => {
  const one = blockPolicy({ cidr: "0.0.0.0/0", except: ["10.1.2.3/32"] });
  const { spec } = translatePolicy(one, layOut(blocksOf([one])), prefixes);
  assert.deepEqual(
    spec.egress[0]?.to.map(({ ipBlock }) => [ipBlock.cidr, ipBlock.except?.length]),
    [
      ["::/0", 2],
      ["0.0.0.0/0", 2],
    ],
  );
});

test("networks of a ClusterNetworkPolicy move as blocks do", () => {
  const one = {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: "p" },
    spec: { egress: [{ action: "Deny", to: [{ networks: ["10.0.0.0/8", "::/0"] }] }] },
  };
  assert.ok(dependsOnAddresses({ policies: [one] }));
  const { spec } = translatePolicy(one, layOut(blocksOf([one])), prefixes);
  assert.deepEqual(spec.egress[0]?.to, [
    {
      networks: [
        ...["fd00:77:77:1::100/121", "10.77.0.0/25", "fd00:77:77:2::100/121", "10.77.1.0/25"],
        ...["::/0", "0.0.0.0/0"],
      ],
    },
  ]);
});

test("host bits of a block are cut off, and what has no block stays as it is", () => {
  assert.deepEqual(blocksOf([blockPolicy({ cidr: "10.1.2.3/8" })]), ["10.0.0.0/8"]);
  const none = policy({ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }, {}] });
  assert.deepEqual(translatePolicy(none, layOut([]), prefixes), none);
  assert.ok(!dependsOnAddresses({ policies: [none, blockPolicy({ cidr: "::/0" })] }));
});
