// Attach, relabel, change, detach: decisions that need other services, put on record, then waited for until the kernel has them.
import { randomBytes } from "node:crypto";
import { type Log, openAggregate, subjects } from "@weft/log";
import { type Endpoint, type Mesh, optionFor } from "@weft/model";
import { isWeftError, randomMac, sameLabels, toWeftError, WeftError } from "@weft/netaddr";
import type { Call, Client, Request } from "@weft/rpc";
import { withSpan } from "@weft/telemetry";
import { type CheckedAttach, checkAttach, checkId, checkLabels } from "./attach-request.ts";
import { type EndpointCommand, endpointDecider, identityLabels, nextSlot } from "./domain/endpoint.ts";
import { keyedLock } from "./lock.ts";
import type { Reconciler } from "./reconcile.ts";

/** What containers need of the rest of the loader. */
interface ContainersOptions {
  readonly host: string;
  readonly log: Log;
  readonly mesh: Mesh;
  readonly identity: Pick<Client<"Identity">, "allocate">;
  readonly ipam: Pick<Client<"Ipam">, "lease" | "release">;
  readonly reconciler: Pick<Reconciler, "settled">;
  /** An error that the caller does not see: something was left behind, for the sweep. */
  readonly onLeft: (error: unknown, what: string) => void;
}

/** A container and the revision at which it is on record. */
export interface Placed {
  readonly endpoint: Endpoint;
  readonly revision: number;
}

/** Life of this host's containers. Every call returns when the kernel is as it says. */
export interface Containers {
  /** The same container again is no error and no second container. What half failed is taken back. */
  attach(request: Request<"Loader", "attach">, call: Call): Promise<Placed>;
  relabel(request: Request<"Loader", "relabel">, call: Call): Promise<Placed>;
  /** Switches a running container's IPv4; what it has over IPv6 goes on. */
  change(request: Request<"Loader", "change">, call: Call): Promise<Placed>;
  /** Answers the revision. NOT_FOUND when there is nothing of it, not even a lease. */
  detach(id: string, call: Call): Promise<number>;
  /** Ids that are being attached just now, and may hold a lease without being on record. */
  attaching(): ReadonlySet<string>;
}

/** Opens the life of this host's containers. */
export function openContainers(options: ContainersOptions): Containers {
  return new HostContainers(options);
}

/** How often something is put on record that has no effect there. */
const mostAttempts = 3;

/** Undoing must not end because the caller went away. */
const undoMs = 10_000;

type Asked = Pick<Call, "actor" | "cause"> & { readonly signal?: AbortSignal };

class HostContainers implements Containers {
  readonly #options: ContainersOptions;
  readonly #locked = keyedLock();
  readonly #attaching = new Set<string>();
  readonly #slots = new Set<number>();
  #lastSlot = 0;

  constructor(options: ContainersOptions) {
    this.#options = options;
  }

  attaching(): ReadonlySet<string> {
    return this.#attaching;
  }

  async attach(request: Request<"Loader", "attach">, call: Call): Promise<Placed> {
    const checked = await checkAttach({ ...request, ipv4: request.ipv4 || this.#ipv4ByOption() });
    const place = placeOf(checked);
    // Places before ids, everywhere: whoever has an id waits for no place.
    return this.#locked([place], () => {
      const same = [...this.#local().values()].find((one) => placeOf(one) === place);
      const id = request.id || same?.id || randomBytes(6).toString("hex");
      return this.#locked([id], () => this.#attach(id, checked, call));
    });
  }

  async #attach(id: string, checked: CheckedAttach, call: Call): Promise<Placed> {
    const known = this.#local().get(id);
    if (known === undefined) {
      const create = () => this.#create(id, checked, call);
      return this.#placed(id, await withSpan("attach", { "weft.endpoint": id }, create));
    }
    if (placeOf(known) !== placeOf(checked)) {
      throw new WeftError("ALREADY_EXISTS", `container ${id} is ${known.namespace}/${known.name}`);
    }
    await this.#inKernel(id, known.revision, call.signal);
    return this.#placed(id, known.revision);
  }

  async relabel({ id, labels }: Request<"Loader", "relabel">, call: Call): Promise<Placed> {
    checkId("relabel", id);
    checkLabels("relabel", labels);
    return this.#locked([id], async () => {
      const { host } = this.#options;
      const known = this.#local().get(id);
      if (known === undefined) throw notHere(id, host);
      if (sameLabels(known.labels, labels)) return this.#placed(id, known.revision);
      return await this.#taken(id, async () => {
        const identity = await this.#identityOf(known.namespace, labels, call);
        const revision = await this.#record({ kind: "relabel", host, id, labels, identity }, id, call);
        await this.#inKernel(id, revision, call.signal);
        return { revision, isTaken: this.#local().get(id)?.identity === identity };
      });
    });
  }

  async change({ id, ipv4 }: Request<"Loader", "change">, call: Call): Promise<Placed> {
    checkId("change", id);
    return this.#locked([id], async () => {
      const { host } = this.#options;
      const known = this.#local().get(id);
      if (known === undefined) throw notHere(id, host);
      if ((known.ipv4 !== undefined) === ipv4) return this.#placed(id, known.revision);
      const what = { "weft.endpoint": id, "weft.ipv4": ipv4 };
      const revision = await withSpan("change", what, () =>
        ipv4 ? this.#giveIpv4(id, call) : this.#takeIpv4(id, call),
      );
      return this.#placed(id, revision);
    });
  }

  async #giveIpv4(id: string, call: Call): Promise<number> {
    const { host } = this.#options;
    const { ipv4 } = await this.#lease(id, true, call);
    let revision: number;
    try {
      revision = await this.#record({ kind: "change", host, id, ipv4 }, id, call);
    } catch (error) {
      await this.#releaseLease(id, call, true);
      throw error;
    }
    await this.#inKernel(id, revision, call.signal);
    return revision;
  }

  async #takeIpv4(id: string, call: Call): Promise<number> {
    const { host } = this.#options;
    const revision = await this.#record({ kind: "change", host, id, ipv4: new Uint8Array() }, id, call);
    await this.#inKernel(id, revision, call.signal);
    await this.#releaseLease(id, call, true);
    return revision;
  }

  async detach(id: string, call: Call): Promise<number> {
    checkId("detach", id);
    return this.#locked([id], async () => {
      const { host, mesh } = this.#options;
      const leased = mesh.leases.get(host)?.has(id) === true;
      if (!this.#local().has(id) && !leased) throw notHere(id, host);
      let { revision } = mesh;
      if (this.#local().has(id)) revision = await this.#record({ kind: "detach", host, id }, id, call);
      // The addresses are given back when no packet can find the container any more.
      await this.#inKernel(id, revision, call.signal);
      await this.#releaseLease(id, call);
      return revision;
    });
  }

  #local(): ReadonlyMap<string, Endpoint> {
    return this.#options.mesh.endpoints.get(this.#options.host) ?? new Map();
  }

  /** Option `ipv4` of the host, else of the mesh: "on" gives every new container an IPv4 address. */
  #ipv4ByOption(): boolean {
    const { mesh, host } = this.#options;
    return optionFor(mesh, host, "ipv4")?.value === "on";
  }

  /**
   * Puts something on record until the mesh takes it: an identity that was asked for may have been given back before what is on
   * record says that this container has it. The log tells by its order which was first.
   */
  async #taken(
    id: string,
    record: (again: boolean) => Promise<{ readonly revision: number; readonly isTaken: boolean }>,
  ): Promise<Placed> {
    for (let attempt = 1; ; attempt += 1) {
      const { revision, isTaken } = await record(attempt > 1);
      if (isTaken) return this.#placed(id, revision);
      const { recent, revisions } = this.#options.mesh.passed;
      if (attempt < mostAttempts && revisions.includes(revision)) continue;
      const refused = recent.find((one) => one.revision === revision);
      throw new WeftError("ABORTED", `container ${id}: ${refused?.message ?? "it was changed meanwhile"}`);
    }
  }

  #placed(id: string, revision: number): Placed {
    const endpoint = this.#local().get(id);
    if (endpoint === undefined) throw new WeftError("ABORTED", `container ${id} was detached meanwhile`);
    return { endpoint, revision };
  }

  async #record(command: EndpointCommand, id: string, { actor, cause, signal }: Asked): Promise<number> {
    const { log, host } = this.#options;
    const aggregate = await openAggregate(log, {
      subject: subjects.endpoint(host, id),
      decider: endpointDecider,
    });
    const given = { actor, cause, ...(signal === undefined ? {} : { signal }) };
    return (await aggregate.execute(command, given)).revision;
  }

  /** Waits for the kernel; throws what it could not do for this container. */
  async #inKernel(id: string, revision: number, signal?: AbortSignal): Promise<void> {
    const { failures } = await this.#options.reconciler.settled(revision, signal);
    const failure = failures.get(id) ?? failures.get("");
    if (failure !== undefined) throw failure;
  }

  #takeSlot(): number {
    const held = [...this.#local().values()].map(({ slot }) => slot);
    const slot = nextSlot(new Set([...this.#slots, ...held]), Math.max(this.#lastSlot, ...held));
    if (slot === undefined) {
      throw new WeftError("RESOURCE_EXHAUSTED", `host ${this.#options.host} has no free slot`);
    }
    this.#slots.add(slot);
    this.#lastSlot = slot;
    return slot;
  }

  async #identityOf(
    namespace: string,
    labels: Readonly<Record<string, string>>,
    call: Call,
  ): Promise<number> {
    const sets = [{ labels: { ...identityLabels(namespace, labels) } }];
    const { actor, cause, signal } = call;
    const { identities } = await this.#options.identity.allocate({ sets }, { actor, cause, signal });
    if (identities[0] === undefined) throw new WeftError("INTERNAL", "the identity service gave no number");
    return identities[0];
  }

  async #lease(id: string, ipv4: boolean, { actor, cause, signal }: Call) {
    const { host, ipam } = this.#options;
    const wishes = [{ owner: id, ipv4 }];
    const [lease] = (await ipam.lease({ host, wishes }, { actor, cause, signal })).leases;
    if (lease === undefined) throw new WeftError("INTERNAL", "ipam gave no lease");
    return { ipv6: lease.ipv6 ?? new Uint8Array(), ipv4: lease.ipv4 ?? new Uint8Array() };
  }

  /** Number and addresses, asked for together; the error names the step that failed. */
  async #ask(id: string, request: CheckedAttach, call: Call, failedAt: (step: string) => void) {
    const step = async <T>(name: string, work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (error) {
        failedAt(name);
        throw error;
      }
    };
    const asked = [
      step("identity", this.#identityOf(request.namespace, request.labels, call)),
      step("address", this.#lease(id, request.ipv4, call)),
    ] as const;
    // Whatever one says, the other's answer is waited for: a lease must be known to be given back.
    await Promise.allSettled(asked);
    const [identity, lease] = await Promise.all(asked);
    return { identity, ...lease };
  }

  async #create(id: string, request: CheckedAttach, call: Call): Promise<number> {
    const { host } = this.#options;
    const { actor, cause } = call;
    let step = "address";
    const slot = this.#takeSlot();
    this.#attaching.add(id);
    try {
      const given = await this.#ask(id, request, call, (name) => {
        step = name;
      });
      let { identity } = given;
      const { namespace, name, labels, netns, ports, interface: device } = request;
      const who = { host, id, namespace, name, labels, ...given };
      const place = { mac: randomMac(), netns, interface: device, slot, ports };
      const placed = await this.#taken(id, async (again) => {
        step = "record";
        if (again) {
          await this.#record({ kind: "detach", host, id }, id, call);
          identity = await this.#identityOf(namespace, labels, call);
        }
        const revision = await this.#record(
          { kind: "attach", data: { ...who, identity, ...place } },
          id,
          call,
        );
        step = "kernel";
        await this.#inKernel(id, revision, call.signal);
        return { revision, isTaken: this.#local().has(id) };
      });
      return placed.revision;
    } catch (thrown) {
      // The event may be on record even when its answer was lost; another container's is not ours to undo.
      const others = step === "record" && isWeftError(thrown, "ALREADY_EXISTS");
      const recorded = step === "record" || step === "kernel";
      if (!others) await this.#undo(id, recorded, { actor, cause });
      const { code, message } = toWeftError(thrown);
      const what = `attach ${request.namespace}/${request.name}: ${step}: ${message}`;
      throw new WeftError(code, what, { cause: thrown });
    } finally {
      this.#attaching.delete(id);
      this.#slots.delete(slot);
    }
  }

  async #undo(id: string, recorded: boolean, by: Asked): Promise<void> {
    const { host, reconciler, onLeft } = this.#options;
    if (recorded) {
      try {
        const revision = await this.#record({ kind: "detach", host, id }, id, by);
        await reconciler.settled(revision, AbortSignal.timeout(undoMs));
      } catch (error) {
        onLeft(error, `container ${id}`);
      }
    }
    await this.#releaseLease(id, by);
  }

  async #releaseLease(id: string, { actor, cause }: Asked, ipv4Only = false): Promise<void> {
    const { host, ipam, onLeft } = this.#options;
    await ipam
      .release({ host, owners: [id], ipv4Only }, { actor, cause, deadlineMs: undoMs })
      .catch((error: unknown) => onLeft(error, `lease of ${id}`));
  }
}

function placeOf({ namespace, name, netns }: Pick<Endpoint, "namespace" | "name" | "netns">): string {
  return `${namespace}/${name} ${netns}`;
}

function notHere(id: string, host: string): WeftError {
  return new WeftError("NOT_FOUND", `there is no container ${id} on ${host}`);
}
