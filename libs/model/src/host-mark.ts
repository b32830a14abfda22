// Whose a host is: a network namespace belongs to one mesh, which leaves its mark there. Pure.

/** A mesh, as its mark tells of it to others. */
export interface HostMark {
  /** Made at random when the mesh is brought up: two state directories can have the same path. */
  readonly id: string;
  readonly mesh: string;
  /** State directory. */
  readonly state: string;
}

/** A mark fits the alias of a network device. */
const mostBytes = 255;

/** The mark as text, for the alias of a device. A state directory that is too long is cut off; the id tells it apart. */
export function formatHostMark({ id, mesh, state }: HostMark): string {
  const head = `weft id=${id} mesh=${mesh} state=`;
  return (
    head +
    Buffer.from(state)
      .subarray(0, mostBytes - head.length)
      .toString()
      .replace(/\uFFFD+$/, "")
  );
}

/** A mark from its text; undefined when the text is none. */
export function parseHostMark(text: string): HostMark | undefined {
  const [, id, mesh, state] = /^weft id=(\S+) mesh=(\S+) state=(.*)$/.exec(text) ?? [];
  return id === undefined || mesh === undefined || state === undefined ? undefined : { id, mesh, state };
}

/** What to tell somebody who wants this host for another mesh. */
export function hostTakenText({ mesh, state }: HostMark): string {
  return `this host belongs to mesh ${mesh} of ${state}, and a host belongs to one mesh`;
}
