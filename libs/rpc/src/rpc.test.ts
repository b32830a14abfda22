import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { WeftError } from "@weft/netaddr";
import { connect } from "./connect.ts";
import { serveIdentity, temporary } from "./test-server.ts";

test("a call carries its request, its actor and its deadline, and brings the answer back", async () => {
  using directory = temporary();
  const socket = join(directory.path, "i.sock");
  const seen: unknown[] = [];
  await using _server = await serveIdentity(socket, {
    allocate: ({ sets }, { actor, deadline }) => {
      seen.push(sets[0]?.labels, actor, deadline.getTime() > Date.now());
      return { identities: [256], revision: 2 ** 40 };
    },
  });
  using client = connect("Identity", socket, { actor: "cli:root" });
  const answer = await client.allocate({ sets: [{ labels: { app: "web" } }] });
  assert.deepEqual({ ...answer }, { identities: [256], revision: 2 ** 40 });
  assert.deepEqual(seen, [{ app: "web" }, "cli:root", true]);
});

test("a call has the cause that its caller names, else itself", async () => {
  using directory = temporary();
  const seen: string[] = [];
  await using server = await serveIdentity(join(directory.path, "i.sock"), {
    allocate: (_request, { cause }) => {
      seen.push(cause);
      return {};
    },
  });
  using client = connect("Identity", server.socket);
  await client.allocate({}, { cause: "Loader/Attach#1" });
  await client.allocate({});
  await client.allocate({});
  assert.equal(seen[0], "Loader/Attach#1");
  assert.match(seen[1] ?? "", /^Identity\/Allocate#[-0-9a-f]{32,36}$/);
  assert.notEqual(seen[1], seen[2]);
});

test("a refusal arrives as the WeftError that was thrown", async () => {
  using directory = temporary();
  const socket = join(directory.path, "i.sock");
  await using _server = await serveIdentity(socket, {
    release: () => {
      throw new WeftError("NOT_FOUND", "no 7", { field: "identities[0]", expected: "an allocated number" });
    },
  });
  using client = connect("Identity", socket);
  await assert.rejects(client.release({ identities: [7] }), {
    name: "WeftError",
    code: "NOT_FOUND",
    message: "no 7",
    field: "identities[0]",
    expected: "an allocated number",
  });
});

test("a fault is told to the server's log, a refusal is not", async () => {
  using directory = temporary();
  const { serve } = await import("./serve.ts");
  const faults: unknown[] = [];
  await using server = await serve({
    service: "Identity",
    socket: join(directory.path, "i.sock"),
    handlers: {
      allocate: () => {
        throw new TypeError("oops");
      },
      release: () => {
        throw new WeftError("NOT_FOUND", "none");
      },
    },
    onFault: (fault, method) => faults.push(String(fault), method),
  });
  using client = connect("Identity", server.socket);
  await assert.rejects(client.allocate({}), { code: "INTERNAL", message: "oops" });
  await assert.rejects(client.release({}), { code: "NOT_FOUND" });
  assert.deepEqual(faults, ["TypeError: oops", "/weft.v1.Identity/Allocate"]);
});

test("a passed deadline ends the call, and the handler's signal says so", async () => {
  using directory = temporary();
  const socket = join(directory.path, "i.sock");
  const reason = Promise.withResolvers<unknown>();
  await using _server = await serveIdentity(socket, {
    allocate: (_request, { signal }) => {
      signal.addEventListener("abort", () => reason.resolve(signal.reason));
      return new Promise(() => {});
    },
  });
  using client = connect("Identity", socket);
  await assert.rejects(client.allocate({}, { deadlineMs: 50 }), { code: "DEADLINE_EXCEEDED" });
  assert.ok((await reason.promise) instanceof WeftError);
});

test("a caller that gives up aborts the handler", async () => {
  using directory = temporary();
  const socket = join(directory.path, "i.sock");
  const reason = Promise.withResolvers<unknown>();
  const abort = new AbortController();
  await using _server = await serveIdentity(socket, {
    allocate: (_request, { signal }) => {
      signal.addEventListener("abort", () => reason.resolve(signal.reason));
      abort.abort();
      return new Promise(() => {});
    },
  });
  using client = connect("Identity", socket);
  await assert.rejects(client.allocate({}, { signal: abort.signal }), { code: "CANCELLED" });
  assert.equal((await reason.promise) instanceof WeftError, true);
});

test("calls wait for a service that is not there yet, and outlive its restart", async () => {
  using directory = temporary();
  const socket = join(directory.path, "i.sock");
  using client = connect("Identity", socket);
  const early = client.allocate({});
  const first = await serveIdentity(socket, { allocate: () => ({ revision: 1 }) });
  assert.equal((await early).revision, 1);
  await first.close();
  const between = client.allocate({});
  await using _second = await serveIdentity(socket, { allocate: () => ({ revision: 2 }) });
  assert.equal((await between).revision, 2);
});

test("with nobody there a call ends at its deadline and names the method", async () => {
  using directory = temporary();
  using client = connect("Identity", join(directory.path, "none.sock"));
  await assert.rejects(client.allocate({}, { deadlineMs: 100 }), (error: WeftError) => {
    return error.code === "DEADLINE_EXCEEDED" && error.message.includes("/weft.v1.Identity/Allocate");
  });
});

test("closing lets the calls under way finish", async () => {
  using directory = temporary();
  const arrived = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const server = await serveIdentity(join(directory.path, "i.sock"), {
    allocate: async () => {
      arrived.resolve();
      await finish.promise;
      return { revision: 9 };
    },
  });
  using client = connect("Identity", server.socket);
  const call = client.allocate({});
  await arrived.promise;
  const closed = server.close();
  finish.resolve();
  assert.equal((await call).revision, 9);
  await closed;
});

test("a call that a server does not finish before it ends is answered by the next one", async () => {
  using directory = temporary();
  const socket = join(directory.path, "i.sock");
  const asked = Promise.withResolvers<void>();
  await using first = await serveIdentity(socket, {
    allocate: () => {
      asked.resolve();
      return Promise.withResolvers<never>().promise;
    },
  });
  using client = connect("Identity", socket);
  const answer = client.allocate({});
  await asked.promise;
  await first.close(0);
  await using _second = await serveIdentity(socket, { allocate: () => ({ revision: 2 }) });
  assert.equal((await answer).revision, 2);
});

test("names and messages in any script arrive, as far as gRPC can carry them", async () => {
  using directory = temporary();
  const seen: string[] = [];
  await using server = await serveIdentity(join(directory.path, "i.sock"), {
    allocate: (_request, { actor }) => {
      seen.push(actor);
      throw new WeftError("NOT_FOUND", `kein Gerät \u{1f9f5} ${"x".repeat(3000)}\ud800`);
    },
  });
  using client = connect("Identity", server.socket, { actor: "cli:jürgen" });
  await assert.rejects(client.allocate({}), /^WeftError: kein Gerät \u{1f9f5} x+$/u);
  assert.deepEqual(seen, ["cli:j%C3%BCrgen"]);
});
