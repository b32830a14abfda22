// For the tests of this package: a server of the contract's smallest service in a directory of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Handlers } from "./api.ts";
import { type RpcServer, serve } from "./serve.ts";

/** A directory that goes away. */
export function temporary(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "weft-rpc-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Serves Identity; what is not given answers with nothing. */
export function serveIdentity(
  socket: string,
  handlers: Partial<Handlers<"Identity">> = {},
): Promise<RpcServer> {
  const nothing = { allocate: () => ({}), release: () => ({}) };
  return serve({ service: "Identity", socket, handlers: { ...nothing, ...handlers } });
}
