import { readFileSync } from "node:fs";
import { openServerProbe } from "@weft/log/server";
import { openHealthProbe } from "@weft/rpc";
import { type MeshPaths, socketPath } from "../mesh/paths.ts";
import { unwritable } from "../mesh/space.ts";
import type { SupervisedChild } from "./child.ts";
import type { SupervisedNats } from "./nats.ts";
import type { Watched } from "./watch.ts";

/** A service or a loader, asked by gRPC; the guardian, which has no door, answers as long as it runs. */
export function watchedChild(child: SupervisedChild, paths: MeshPaths): Watched {
  const { name } = child.spec;
  const probe = name === "guardian" ? undefined : openHealthProbe(socketPath(paths, name));
  return {
    name,
    get record() {
      return child.record;
    },
    ask: async (timeoutMs) => (probe === undefined || (await probe.ask(timeoutMs)) ? "answers" : "silent"),
    kill: () => child.kill(),
  };
}

/** The nats-server, asked for the state of the log; one whose disk is full answers again only after there is room. */
export function watchedNats(nats: SupervisedNats, directory: string): Watched {
  let probe: ReturnType<typeof openServerProbe> | undefined;
  return {
    name: "nats-server",
    get record() {
      return nats.record;
    },
    ask(timeoutMs) {
      probe ??= openServerProbe({ url: nats.url, seed: readFileSync(nats.seedFile("cli"), "utf8").trim() });
      return probe.ask(timeoutMs);
    },
    excuse: () => unwritable(directory),
    kill: () => nats.kill(),
  };
}
