// Wiring of the loader of one host; the only file that reads the environment and the kernel's release.
import { release } from "node:os";
import { join } from "node:path";
import { connect } from "@weft/rpc";
import { readOwnEnvironment, runService } from "@weft/rpc/service";
import { readEnvironment } from "./environment.ts";
import { keepLoader } from "./lives.ts";
import { openMemory } from "./memory.ts";

const { service, host } = readOwnEnvironment("loader", (variables) => readEnvironment(variables, release()));
const sockets = join(service.WEFT_STATE, "sockets");
const actor = `loader/${host.host}`;
using identity = connect("Identity", join(sockets, "identity.sock"), { actor });
using ipam = connect("Ipam", join(sockets, "ipam.sock"), { actor });
using compiler = connect("Compiler", join(sockets, "compiler.sock"), { actor });
// At the end, what is in the kernel stays there.
await runService(
  { name: "loader", host: host.host, environment: service },
  ({ log, say, socket, signal }) => {
    const file = join(service.WEFT_STATE, "memory", `${host.host}.json`);
    const memory = openMemory(file, (error) => say.warn({ err: error, file }, "what is known of the log"));
    return keepLoader({ ...host, socket, log, identity, ipam, compiler, say, memory }, signal);
  },
  ({ reconciler }) => ({ revision: reconciler.progress().applied }),
);
