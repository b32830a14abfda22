// Which rule a number meant: a container's rules at the policy revisions that its programs had lately.
import type { EndpointRules, RuleRef } from "@weft/policy";
import type { Actual } from "../domain/actual.ts";
import { fromLittle } from "../domain/bytes.ts";
import type { Desired } from "../domain/desired.ts";
import type { Operation } from "../domain/operation.ts";
import type { Constants } from "../domain/settings.ts";

/** Rules of containers by the policy revision of their programs. */
export interface RuleBook {
  /** From now on the programs of a container say this revision, and their rule numbers mean these rules. */
  remember(endpoint: string, revision: number, rules: EndpointRules): void;
  /** The rule that a number (from 1) meant at a revision; undefined when it is not known any more. */
  find(
    endpoint: string,
    revision: number,
    direction: "ingress" | "egress",
    number: number,
  ): RuleRef | undefined;
  /** Containers that something is known of. */
  readonly size: number;
  /** Forgets containers that are not among these. */
  keep(endpoints: ReadonlyMap<string, unknown>): void;
}

/** Policies of one container that are remembered. Records are read within a second, and a policy lasts longer. */
const mostRevisions = 8;

/** A book with nothing in it. */
export function openRuleBook(): RuleBook {
  const books = new Map<string, Map<number, EndpointRules>>();
  return {
    get size() {
      return books.size;
    },
    remember(endpoint, revision, rules) {
      const book = books.get(endpoint) ?? new Map<number, EndpointRules>();
      books.set(endpoint, book);
      book.delete(revision);
      book.set(revision, rules);
      for (const oldest of book.keys()) {
        if (book.size <= mostRevisions) break;
        book.delete(oldest);
      }
    },
    find: (endpoint, revision, direction, number) =>
      books.get(endpoint)?.get(revision)?.[direction].rules[number - 1]?.ref,
    keep(endpoints) {
      for (const endpoint of books.keys()) if (!endpoints.has(endpoint)) books.delete(endpoint);
    },
  };
}

/**
 * Remembers the rules of the programs that are about to be loaded, before they can say their revision; and, to begin with,
 * of those that were found right and stay. What else was found had other rules, which nobody knows any more.
 */
export function rememberPlan(
  book: RuleBook,
  wish: Desired,
  actual: Actual,
  operations: readonly Operation[],
): void {
  const loads = operations.filter((operation) => operation.kind === "program_load");
  const note = (owner: string, { policy_revision = "" }: Constants): void => {
    const rules = wish.endpoints.get(owner)?.policy?.rules;
    if (rules !== undefined) book.remember(owner, fromLittle(policy_revision), rules);
  };
  if (book.size === 0) {
    const replaced = new Set(loads.map(({ owner }) => owner));
    for (const [owner, { constants }] of actual.programs) if (!replaced.has(owner)) note(owner, constants);
  }
  for (const { owner, program } of loads) note(owner, program.constants);
}
