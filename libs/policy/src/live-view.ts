import type { Labels } from "@weft/netaddr";
import type { PolicyEndpoint, PolicyHost, PolicyView, StampedPolicy } from "./view.ts";
import { ViewIndex, viewOfIndex } from "./view-index.ts";

/**
 * A view that follows what changes. Who tells it of each change gets from `rulesFor` and `decide` what a new view of
 * everything would give, and rules that a change does not concern as the same objects as before.
 */
export class LiveView {
  readonly #index = new ViewIndex();
  readonly view: PolicyView = viewOfIndex(this.#index);

  /** An endpoint came, went, or is another now: records are told apart as objects. */
  endpoint(before: PolicyEndpoint | undefined, after: PolicyEndpoint | undefined): void {
    if (before === after) return;
    if (before !== undefined) this.#index.removeEndpoint(before);
    if (after !== undefined) this.#index.addEndpoint(after);
  }

  /** The label set of an identity, the namespace's label among them; undefined: it has none any more. */
  identity(identity: number, labels: Labels | undefined): void {
    this.#index.setIdentity(identity, labels);
  }

  /** Labels of a namespace; undefined: none but its name. */
  namespace(name: string, labels: Labels | undefined): void {
    this.#index.setNamespace(name, labels);
  }

  /** A host came, went, or is another now: records are told apart as objects. */
  host(before: PolicyHost | undefined, after: PolicyHost | undefined): void {
    if (before === after) return;
    if (before !== undefined) this.#index.removeHost(before);
    if (after !== undefined) this.#index.addHost(after);
  }

  /** A policy came, went, or is another now: records are told apart as objects. */
  policy(before: StampedPolicy | undefined, after: StampedPolicy | undefined): void {
    if (before === after) return;
    if (before !== undefined) this.#index.removePolicy(before);
    if (after !== undefined) this.#index.addPolicy(after);
  }
}
