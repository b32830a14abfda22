/** Fields of struct __sk_buff that a test run may set. */
export interface SkbContext {
  readonly mark?: number;
  readonly priority?: number;
  readonly ingressIfindex?: number;
  /** Must exist in the namespace of the run. */
  readonly ifindex?: number;
  /** Five words. */
  readonly cb?: readonly number[];
  readonly tstamp?: bigint;
  readonly gsoSize?: number;
  readonly gsoSegs?: number;
  readonly wireLen?: number;
}

// include/uapi/linux/bpf.h, struct __sk_buff
const size = 192;
const offsets = {
  mark: 8,
  priority: 32,
  ingressIfindex: 36,
  ifindex: 40,
  wireLen: 160,
  gsoSegs: 164,
  gsoSize: 176,
} as const;
const cbOffset = 48;
const tstampOffset = 152;
const nativeOrder = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The fields as a struct __sk_buff. */
export function skbBytes(skb: SkbContext): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (const [name, offset] of Object.entries(offsets)) {
    view.setUint32(offset, skb[name as keyof typeof offsets] ?? 0, nativeOrder);
  }
  for (const [index, word] of (skb.cb ?? []).slice(0, 5).entries()) {
    view.setUint32(cbOffset + 4 * index, word, nativeOrder);
  }
  view.setBigUint64(tstampOffset, skb.tstamp ?? 0n, nativeOrder);
  return bytes;
}

/** The fields of a struct __sk_buff; undefined when the bytes are no such. */
export function skbContext(bytes: Uint8Array): Required<SkbContext> | undefined {
  if (bytes.length !== size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const word = (offset: number): number => view.getUint32(offset, nativeOrder);
  return {
    mark: word(offsets.mark),
    priority: word(offsets.priority),
    ingressIfindex: word(offsets.ingressIfindex),
    ifindex: word(offsets.ifindex),
    wireLen: word(offsets.wireLen),
    gsoSegs: word(offsets.gsoSegs),
    gsoSize: word(offsets.gsoSize),
    cb: [0, 1, 2, 3, 4].map((index) => word(cbOffset + 4 * index)),
    tstamp: view.getBigUint64(tstampOffset, nativeOrder),
  };
}
