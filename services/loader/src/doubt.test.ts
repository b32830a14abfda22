import assert from "node:assert/strict";
import { test } from "node:test";
import { Trail } from "@weft/log";
import { emptyMesh, pass } from "@weft/model";
import { isWeftError, WeftError } from "@weft/netaddr";
import { openDoubt } from "./doubt.ts";
import { loaderHandlers } from "./grpc.ts";
import { openLedger } from "./ledger.ts";
import type { StatusOptions } from "./status.ts";

test("a host is in doubt until the log was asked, while it is away, when it cannot be followed, and when it is silent", () => {
  let nowMs = 0;
  const doubt = openDoubt(() => nowMs);
  assert.match(doubt.text(), /not known yet/);
  doubt.checked();
  assert.equal(doubt.text(), "");
  doubt.connection(true);
  assert.match(doubt.text(), /^no connection to NATS/);
  // There again is not yet the same as known to be the same.
  doubt.connection(false);
  assert.match(doubt.text(), /not known yet/);
  doubt.checked();
  doubt.fault(new WeftError("FAILED_PRECONDITION", "the log lost events 569..572"));
  assert.equal(doubt.text(), "the log cannot be followed: the log lost events 569..572");
  doubt.fault(undefined);
  assert.equal(doubt.text(), "");
  nowMs += 6_000;
  assert.match(doubt.text(), /^the log has not answered for 6 s/);
});

test("a log that is silent is in doubt after the same time when the clock of the day is set back", (t) => {
  let nowMs = 0;
  t.mock.method(performance, "now", () => nowMs);
  t.mock.method(Date, "now", () => -nowMs);
  const doubt = openDoubt();
  doubt.checked();
  nowMs += 6_000;
  assert.match(doubt.text(), /^the log has not answered for 6 s/);
});

/** Wait of a host that enforces revision 3, whose event is the one with id "here". */
function host(trail: Trail = new Trail()) {
  const doubt = openDoubt();
  const ended = new AbortController();
  let asked = 0;
  const parts = {
    ...{ mesh: emptyMesh(), facts: { host: "h1", problems: [] }, doubt, trail, attach: "tcx" },
    reconciler: {
      progress: () => ({ tried: 3, applied: 3, failures: new Map() }),
      inForce: async () => undefined,
      state: () => undefined,
      busySinceMs: () => undefined,
    },
    ledger: openLedger(),
    fault: doubt.text,
    recorder: { totals: () => ({ recorded: 0, lost: {} }) },
    lost: () => "",
    idAt: async (revision: number) => {
      asked += 1;
      return revision === 3 ? "here" : "";
    },
    ended: ended.signal,
  };
  // A change that waits for the kernel.
  const relabel = (_request: object, { signal }: { readonly signal: AbortSignal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const { wait, relabel: change } = loaderHandlers(
    { relabel } as never,
    parts as unknown as StatusOptions & { readonly ended: AbortSignal },
  );
  const call = async (event: string, signal = new AbortController().signal, earlier: object[] = []) =>
    await wait({ revision: 3, event, earlier } as never, { signal } as never);
  const changing = async () => await change({} as never, { signal: new AbortController().signal } as never);
  return { doubt, ended, mesh: parts.mesh, wait: call, change: changing, asked: () => asked };
}

test("nothing is in force for a host in doubt, whether it is asked for a number or for an event", async () => {
  for (const event of ["", "here"]) {
    const { doubt, wait } = host();
    let answered = false;
    const waiting = wait(event).then(() => {
      answered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(answered, false);
    doubt.checked();
    await waiting;
    doubt.connection(true);
    await assert.rejects(wait(event, AbortSignal.timeout(20)));
  }
});

test("the event itself is what is waited for: another one at its revision is a failure that says so", async () => {
  const known = new Trail();
  known.pass(3, "here");
  for (const trail of [known, new Trail()]) {
    const { doubt, wait, asked } = host(trail);
    doubt.checked();
    await wait("here");
    await assert.rejects(wait("lost"), (error) => isWeftError(error, "FAILED_PRECONDITION"));
    // Before an event is called lost, the log is asked.
    assert.equal(asked(), trail === known ? 1 : 3);
  }
});

test("a host that has not noticed yet that its log was replaced is asked again, and calls nothing lost", async () => {
  const outdated = new Trail();
  outdated.pass(3, "before");
  const { doubt, wait } = host(outdated);
  doubt.checked();
  await assert.rejects(wait("here"), { code: "UNAVAILABLE" });
});

test("an event that has no effect on this host is not in force there, and who waits for the number goes on", async () => {
  const { doubt, mesh, wait } = host();
  doubt.checked();
  const subject = "weft.log.policy.shop.closed";
  pass(mesh, { revision: 3, subject }, "weft.v1.PolicySealed", {
    kind: "unknown",
    message: "of a newer version",
  });
  await assert.rejects(wait("here"), (error) => {
    return isWeftError(error, "FAILED_PRECONDITION") && /^revision 3, a .* has no effect/.test(error.message);
  });
  await wait("");
});

test("of several events that are waited for, each must be on record and have an effect", async () => {
  const trail = new Trail();
  trail.pass(1, "first");
  trail.pass(2, "second");
  const { doubt, mesh, wait } = host(trail);
  doubt.checked();
  const { signal } = new AbortController();
  const both = [1, 2].map((revision) => ({ revision, event: revision === 1 ? "first" : "second" }));
  await wait("here", signal, both);
  const lost = wait("here", signal, [{ revision: 2, event: "other" }]);
  await assert.rejects(lost, { code: "FAILED_PRECONDITION", message: /^revision 2 is another event/ });
  const why = { kind: "unknown", message: "of a newer version" } as const;
  pass(mesh, { revision: 1, subject: "weft.log.policy.shop.closed" }, "PolicySealed", why);
  const without = wait("here", signal, both);
  await assert.rejects(without, { code: "FAILED_PRECONDITION", message: /^revision 1, a .* has no effect/ });
});

test("an event that has no effect is not in force either after many more without one", async () => {
  const { doubt, mesh, wait } = host();
  doubt.checked();
  const subject = "weft.log.policy.shop.closed";
  const why = { kind: "unknown", message: "of a newer version" } as const;
  const passMore = (from: number, to: number) => {
    for (let revision = from; revision <= to; revision += 1)
      pass(mesh, { revision, subject }, "PolicySealed", why);
  };
  passMore(3, 20);
  await assert.rejects(wait("here"), { code: "FAILED_PRECONDITION", message: /^revision 3 has no effect/ });
  passMore(21, 5000);
  await assert.rejects(wait("here"), { code: "FAILED_PRECONDITION", message: /not known any more whether/ });
  await wait("");
});

test("who waits for a host that starts anew, or has it change something, is told at once to ask again", async () => {
  const { ended, wait, change } = host();
  const waiting = [wait("here"), change()];
  ended.abort(new WeftError("FAILED_PRECONDITION", "the log lost events"));
  for (const one of waiting) await assert.rejects(one, { code: "UNAVAILABLE" });
});
