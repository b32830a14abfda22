// A process that has loaded what services consist of, and waits to be told which of them it is: node spare.ts. Started and
// told by a supervisor (spares.ts), it ends with it unless it has become a service.
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { spareTitle } from "../mesh/marks.ts";
import { type Role, spareModules } from "./spares.ts";
import { servicesFolder } from "./specs.ts";

function become({ name, main, env, log }: Role): void {
  process.removeListener("disconnect", leave);
  process.disconnect();
  for (const variable of Object.keys(process.env)) delete process.env[variable];
  Object.assign(process.env, env, { WEFT_TOLD_MS: `${performance.now()}` });
  // What the kernel tells of its environment is that of its start; this it tells instead.
  process.title = `${spareTitle}${name}`;
  process.argv[1] = main;
  for (const fd of [1, 2]) redirect(fd, log);
  void import(pathToFileURL(main).href);
}

/** open(2) takes the lowest descriptor that is free: the one that has just been closed. */
function redirect(fd: number, file: string): void {
  closeSync(fd);
  let opened: number;
  try {
    opened = openSync(file, "a", 0o600);
  } catch {
    opened = openSync("/dev/null", "a");
  }
  if (opened !== fd) process.exit(1);
}

function leave(): void {
  process.exit(0);
}

process.once("disconnect", leave);
// What cannot be loaded now is loaded, and complained of, by the service.
for (const module of spareModules) await import(join(servicesFolder, module)).catch(() => undefined);
process.once("message", (role) => become(role as Role));
// A supervisor that was killed meanwhile needs none.
process.send?.("warm", undefined, undefined, () => undefined);
