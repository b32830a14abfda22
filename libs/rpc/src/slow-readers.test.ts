import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2, constants } from "node:http2";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "./connect.ts";
import { serve } from "./serve.ts";
import { temporary } from "./test-server.ts";

const limit = { timeout: 60_000 };
const identities = Array.from({ length: 100_000 }, (_, index) => 2 ** 20 + index);

function serveMuch(socket: string, unreadMs: number) {
  const handlers = { allocate: () => ({ identities }), release: () => ({}) };
  return serve({ service: "Identity", socket, handlers, unreadMs });
}

/** A client that never lets the server send it anything. */
function openDeaf(socket: string): ClientHttp2Session {
  const session = connectHttp2("http://localhost", {
    createConnection: () => connectSocket(socket),
    settings: { initialWindowSize: 0 },
  });
  return session.on("error", () => {});
}

const emptyMessage = Buffer.alloc(5);

/** Opens a call; it is not read from. */
function ask(session: ClientHttp2Session, path: string) {
  const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
  return session.request(headers).on("error", () => {});
}

test("a call whose answer nobody reads is ended by the server", limit, async () => {
  using directory = temporary();
  await using server = await serveMuch(join(directory.path, "i.sock"), 50);
  const session = openDeaf(server.socket);
  try {
    const calls = Array.from({ length: 10 }, () => {
      const call = ask(session, "/weft.v1.Identity/Allocate");
      call.end(emptyMessage);
      return call;
    });
    await Promise.all(calls.map((call) => call.closed || once(call, "close")));
    assert.deepEqual(new Set(calls.map(({ rstCode }) => rstCode)), new Set([constants.NGHTTP2_CANCEL]));
  } finally {
    session.destroy();
  }
});

test("a stream of answers is ended when one of them is not read", limit, async () => {
  using directory = temporary();
  await using server = await serveMuch(join(directory.path, "i.sock"), 50);
  const session = openDeaf(server.socket);
  try {
    const call = ask(session, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
    // ServerReflectionRequest { file_containing_symbol: "weft.v1.Identity" }, whose answer is the whole contract.
    const symbol = Buffer.from("weft.v1.Identity");
    const request = Buffer.concat([Buffer.from([0x22, symbol.length]), symbol]);
    call.write(Buffer.concat([Buffer.from([0, 0, 0, 0, request.length]), request]));
    if (!call.closed) await once(call, "close");
    assert.equal(call.rstCode, constants.NGHTTP2_CANCEL);
  } finally {
    session.destroy();
  }
});

test("a client that reads gets large answers, however many", limit, async () => {
  using directory = temporary();
  await using server = await serveMuch(join(directory.path, "i.sock"), 10_000);
  using client = connect("Identity", server.socket);
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.allocate({})));
  assert.ok(answers.every((answer) => answer.identities.length === identities.length));
});
