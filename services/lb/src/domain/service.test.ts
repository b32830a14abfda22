import { test } from "node:test";
import { specify } from "@weft/log/testing";
import { type NewServiceEvent, type ServiceCommand, serviceDecider } from "./service.ts";

const given = specify(serviceDecider);
const where = { namespace: "default", name: "web", file: "s.yaml", line: 1 };
const text = (port: number) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: ${port}}]}\n`;

const applied = (source: string): NewServiceEvent => ({ type: "ServiceApplied", data: { ...where, source } });
const removed: NewServiceEvent = { type: "ServiceRemoved", data: { namespace: "default", name: "web" } };
const apply = (source: string): ServiceCommand => ({ kind: "Apply", ...where, source });
const remove: ServiceCommand = { kind: "Remove", namespace: "default", name: "web" };

test("a new Service is put on record as it was written", () => {
  given()
    .when(apply(text(80)))
    .then(applied(text(80)));
});

test("a changed Service is put on record, one that means the same is not", () => {
  given(applied(text(80)))
    .when(apply(text(81)))
    .then(applied(text(81)));
  const reordered =
    "# why\nkind: Service\napiVersion: v1\nspec:\n  ports:\n  - port: 80\nmetadata:\n  name: web\n";
  given(applied(text(80)))
    .when(apply(reordered))
    .thenNothing();
});

test("removing takes what is there, and removing twice is not an error", () => {
  given(applied(text(80)))
    .when(remove)
    .then(removed);
  given(applied(text(80)), removed)
    .when(remove)
    .thenNothing();
});

test("a removed Service can come again", () => {
  given(applied(text(80)), removed)
    .when(apply(text(80)))
    .then(applied(text(80)));
});
