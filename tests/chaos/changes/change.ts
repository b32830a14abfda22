// Changes as anybody makes them: submitted to a service, then waited for on every host.
import { behindLines, loaderOf, serviceOf, waitInForce } from "@weft/cli";
import { type ContainerRecord, removeContainer, runContainer } from "@weft/lab";
import { subjects } from "@weft/log";
import type { Journal } from "../journal.ts";
import { type ChaosLab, meshOf } from "../lab.ts";

/** How long a change may take to be in force, as the command waits. */
const inForceMs = 30_000;

/** Waits until every host says that it enforces the revision. */
export async function inForce(lab: ChaosLab, revision: number, event = ""): Promise<void> {
  const hosts = await waitInForce(lab.paths, lab.hosts, { revision, event }, inForceMs, lab);
  const behind = behindLines(hosts, revision);
  if (behind.length > 0) throw new Error(behind.join("\n"));
}

/** Applies one document by the service in charge and waits until it is in force. */
export async function applyText(
  lab: ChaosLab,
  journal: Journal,
  kind: "NetworkPolicy" | "Service",
  name: string,
  text: string,
): Promise<void> {
  const service = kind === "Service" ? "LoadBalancer" : "Compiler";
  using client = serviceOf(lab.paths, service, lab);
  const options = { signal: lab.signal, deadlineMs: 60_000 };
  const documents = [{ file: "chaos", text }];
  const { revision, event } = await client.apply({ documents, dryRun: false }, options);
  const subject = kind === "Service" ? subjects.service("chaos", name) : subjects.policy(kind, "chaos", name);
  journal.note(revision, subject);
  await inForce(lab, revision, event);
}

/** Gives a container other labels and waits until every host knows. */
export async function relabel(
  lab: ChaosLab,
  journal: Journal,
  container: ContainerRecord,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  using loader = loaderOf(lab.paths, container.host, lab);
  const { revision } = await loader.relabel({ id: container.id, labels }, { signal: lab.signal });
  journal.note(revision, subjects.endpoint(container.host, container.id));
  await inForce(lab, revision);
}

let containers = 0;

/** Runs a container, waits until every host knows it, lets `use` use it, and removes it. */
export async function runAndRemove(
  lab: ChaosLab,
  journal: Journal,
  host: string,
  use: (container: ContainerRecord) => Promise<void>,
): Promise<void> {
  containers += 1;
  const id = `c${containers}`;
  const pod = { namespace: "chaos", name: id, labels: { role: "client" }, ports: [], host, ipv4: false };
  const { paths, workload, signal } = lab;
  using loader = loaderOf(paths, host, lab);
  const directory = paths.containers;
  const mesh = meshOf(lab);
  const container = await runContainer(pod, { mesh, directory, program: workload, loader, id, signal });
  try {
    journal.note(container.revision, subjects.endpoint(host, id));
    await inForce(lab, container.revision);
    await use(container);
  } finally {
    const revision = await removeContainer(directory, container, loader, signal);
    if (revision > 0) journal.note(revision, subjects.endpoint(host, id), "EndpointDetached");
  }
}
