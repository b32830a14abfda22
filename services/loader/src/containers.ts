// Attach, relabel, detach: decisions that need other services, put on record, then waited for until the kernel has them.
import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { type Log, openAggregate, subjects } from "@weft/log";
import type { Endpoint, Mesh } from "@weft/model";
import { addressToBytes, randomMac, sameLabels, toWeftError, validateLabels, WeftError } from "@weft/netaddr";
import type { Call, Client, Request } from "@weft/rpc";
import { withSpan } from "@weft/telemetry";
import { type EndpointCommand, endpointDecider, identityLabels, nextSlot } from "./domain/endpoint.ts";
import { keyedLock } from "./lock.ts";
import type { Reconciler } from "./reconcile.ts";

/** What containers need of the rest of the loader. */
export interface ContainersOptions {
  readonly host: string;
  readonly log: Log;
  readonly mesh: Mesh;
  readonly identity: Pick<Client<"Identity">, "allocate">;
  readonly ipam: Pick<Client<"Ipam">, "lease" | "release">;
  readonly reconciler: Reconciler;
  /** An error that the caller does not see: something was left behind, for the sweep. */
  readonly onLeft: (error: unknown, what: string) => void;
}

/** A container and the revision at which it is on record. */
export interface Placed {
  readonly endpoint: Endpoint;
  readonly revision: number;
}

/** Life of this host's containers. */
export interface Containers {
  attach(request: Request<"Loader", "attach">, call: Call): Promise<Placed>;
  relabel(request: Request<"Loader", "relabel">, call: Call): Promise<Placed>;
  detach(id: string, call: Call): Promise<number>;
  /** Ids that are being attached just now, and may hold a lease without being on record. */
  attaching(): ReadonlySet<string>;
}

/** Undoing must not end because the caller went away. */
const undoMs = 10_000;

/** Opens the life of this host's containers. */
export function openContainers(options: ContainersOptions): Containers {
  const { host, mesh, identity, ipam, reconciler, onLeft } = options;
  const locked = keyedLock();
  const attaching = new Set<string>();
  const slots = new Set<number>();
  let lastSlot = 0;

  const local = (): ReadonlyMap<string, Endpoint> => mesh.endpoints.get(host) ?? new Map();

  async function record(
    id: string,
    command: EndpointCommand,
    call: Pick<Call, "actor"> & { signal?: AbortSignal },
  ) {
    const subject = subjects.endpoint(host, id);
    const { actor, signal } = call;
    const given = signal === undefined ? { actor } : { actor, signal };
    const aggregate = await openAggregate(options.log, { subject, decider: endpointDecider });
    const { revision } = await aggregate.execute(command, given);
    return revision;
  }

  /** Waits for the kernel; throws what it could not do for this container. */
  async function inKernel(id: string, revision: number, signal?: AbortSignal): Promise<void> {
    const { failures } = await reconciler.settled(revision, signal);
    const failure = failures.get(id) ?? failures.get("");
    if (failure !== undefined) throw failure;
  }

  /** Option `ipv4` of the host, else of the mesh: "on" gives every new container an IPv4 address. */
  const ipv4ByOption = (): boolean =>
    (mesh.options.get(`${host}/ipv4`) ?? mesh.options.get("mesh/ipv4"))?.value === "on";

  function takeSlot(): number {
    const used = new Set(slots);
    for (const { slot } of local().values()) used.add(slot);
    const slot = nextSlot(used, Math.max(lastSlot, ...[...local().values()].map((one) => one.slot)));
    if (slot === undefined) throw new WeftError("RESOURCE_EXHAUSTED", `host ${host} has no free slot`);
    slots.add(slot);
    lastSlot = slot;
    return slot;
  }

  async function identityOf(
    namespace: string,
    labels: Readonly<Record<string, string>>,
    call: Call,
  ): Promise<number> {
    const sets = [{ labels: { ...identityLabels(namespace, labels) } }];
    const { identities } = await identity.allocate({ sets }, { actor: call.actor, signal: call.signal });
    const [number] = identities;
    if (number === undefined) throw new WeftError("INTERNAL", "the identity service gave no number");
    return number;
  }

  async function releaseLease(id: string, actor: string): Promise<void> {
    await ipam
      .release({ host, owners: [id] }, { actor, deadlineMs: undoMs })
      .catch((error: unknown) => onLeft(error, `lease of ${id}`));
  }

  async function undo(id: string, recorded: boolean, actor: string): Promise<void> {
    if (recorded) {
      const command = { kind: "detach", host, id } as const;
      const revision = await record(id, command, { actor }).catch((error: unknown) => onLeft(error, id));
      if (typeof revision === "number") {
        await reconciler.settled(revision, AbortSignal.timeout(undoMs)).catch(() => undefined);
      }
    }
    await releaseLease(id, actor);
  }

  async function create(id: string, request: Checked, call: Call): Promise<number> {
    const { actor, signal } = call;
    let step = "identity";
    let recorded = false;
    const slot = takeSlot();
    attaching.add(id);
    try {
      const number = await identityOf(request.namespace, request.labels, call);
      step = "address";
      const wishes = [{ owner: id, ipv4: request.ipv4 }];
      const { leases } = await ipam.lease({ host, wishes }, { actor, signal });
      const lease = leases[0];
      if (lease === undefined) throw new WeftError("INTERNAL", "ipam gave no lease");
      step = "record";
      const { namespace, name, labels, netns, ports } = request;
      const data = { host, id, namespace, name, labels, identity: number, netns, slot, ports };
      const addresses = { ipv6: lease.ipv6 ?? new Uint8Array(), ipv4: lease.ipv4 ?? new Uint8Array() };
      const device = { mac: randomMac(), interface: request.interface };
      const command = { kind: "attach", data: { ...data, ...addresses, ...device } } as const;
      recorded = true; // From here on it may be, even if the answer is lost.
      const revision = await record(id, command, call);
      step = "kernel";
      await inKernel(id, revision, signal);
      return revision;
    } catch (thrown) {
      await undo(id, recorded, actor);
      const { code, message } = toWeftError(thrown);
      const what = `attach ${request.namespace}/${request.name}: ${step}: ${message}`;
      throw new WeftError(code, what, { cause: thrown });
    } finally {
      attaching.delete(id);
      slots.delete(slot);
    }
  }

  function placed(id: string, revision: number): Placed {
    const endpoint = local().get(id);
    if (endpoint === undefined) throw new WeftError("ABORTED", `container ${id} was detached meanwhile`);
    return { endpoint, revision };
  }

  return {
    attaching: () => attaching,
    async attach(request, call) {
      const checked = await check({ ...request, ipv4: request.ipv4 || ipv4ByOption() });
      const place = `${checked.namespace}/${checked.name} ${checked.netns}`;
      const same = [...local().values()].find((one) => `${one.namespace}/${one.name} ${one.netns}` === place);
      const id = request.id || same?.id || randomBytes(6).toString("hex");
      return locked([id, place], async () => {
        const known = local().get(id);
        if (known !== undefined) {
          if (`${known.namespace}/${known.name} ${known.netns}` !== place) {
            throw new WeftError("ALREADY_EXISTS", `container ${id} is ${known.namespace}/${known.name}`);
          }
          await inKernel(id, known.revision, call.signal);
          return placed(id, known.revision);
        }
        const revision = await withSpan("attach", { "weft.endpoint": id }, () => create(id, checked, call));
        return placed(id, revision);
      });
    },
    relabel: ({ id, labels }, call) =>
      locked([id], async () => {
        const known = local().get(id);
        if (known === undefined) throw new WeftError("NOT_FOUND", `there is no container ${id} on ${host}`);
        validateLabels(labels);
        if (sameLabels(known.labels, labels)) return placed(id, known.revision);
        const number = await identityOf(known.namespace, labels, call);
        const revision = await record(id, { kind: "relabel", host, id, labels, identity: number }, call);
        await inKernel(id, revision, call.signal);
        return placed(id, revision);
      }),
    detach: (id, call) =>
      locked([id], async () => {
        if (!local().has(id) && mesh.leases.get(host)?.has(id) !== true) {
          throw new WeftError("NOT_FOUND", `there is no container ${id} on ${host}`);
        }
        let { revision } = mesh;
        if (local().has(id)) revision = await record(id, { kind: "detach", host, id }, call);
        // The addresses are given back when no packet can find the container any more.
        await inKernel(id, revision, call.signal);
        await releaseLease(id, call.actor);
        return revision;
      }),
  };
}

interface Checked {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly netns: string;
  readonly interface: string;
  readonly ipv4: boolean;
  readonly ports: Request<"Loader", "attach">["ports"];
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** Everything that can be known to be wrong before anything is asked of anybody. */
async function check(request: Request<"Loader", "attach">): Promise<Checked> {
  const { id, namespace, name, labels, netns, ipv4, ports } = request;
  const need = (field: string, good: boolean, expected: string): void => {
    if (!good) throw new WeftError("INVALID_ARGUMENT", `attach: ${field} is not valid`, { field, expected });
  };
  need("id", id === "" || idPattern.test(id), "letters, digits, - and _, at most 128");
  need("namespace", /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace), "a DNS label");
  need("name", /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/.test(name), "a DNS subdomain");
  const device = request.interface || "eth0";
  need("interface", /^[^\s/]{1,15}$/.test(device), "a device name of at most 15 characters");
  need("netns", netns.startsWith("/"), "the path of a network namespace");
  validateLabels(labels);
  const found = await stat(netns).catch(() => undefined);
  need("netns", found !== undefined, "a network namespace that exists");
  return { namespace, name, labels, netns, interface: device, ipv4, ports };
}

/** The bytes of an endpoint's addresses, empty when there is none. */
export function addressBytes({ ipv6, ipv4 }: Endpoint): { ipv6: Uint8Array; ipv4: Uint8Array } {
  return { ipv6: addressToBytes(ipv6), ipv4: ipv4 === undefined ? new Uint8Array() : addressToBytes(ipv4) };
}
