import { logRoot } from "@weft/log";
import type { ContainerName } from "../commands/arguments.ts";
import type { History } from "./ask.ts";

/** When there was a container of a name last, as advice; undefined: never. */
export async function lastSeen(
  { namespace, name }: ContainerName,
  { log, revision, onUnknown, signal }: Pick<History, "log" | "revision" | "onUnknown" | "signal">,
): Promise<string | undefined> {
  const ids = new Set<string>();
  let advice: string | undefined;
  for await (const event of log.read({ subject: `${logRoot}.endpoint.>`, onUnknown, signal })) {
    if (event.type === "EndpointAttached" && event.data.namespace === namespace && event.data.name === name) {
      ids.add(event.data.id);
      advice = `--at ${event.revision} or later, when it was there`;
      if (event.revision > revision) return advice;
    }
    if (event.type === "EndpointDetached" && ids.has(event.data.id))
      advice = `--at ${event.revision - 1}, when it was there last`;
  }
  return advice;
}
