import { type Descriptor, openId, openPinned } from "./descriptor.ts";
import { guard, guarded } from "./error.ts";
import { type ProgramType, programTypeName } from "./kinds.ts";
import { native } from "./native.ts";
import { netnsPath } from "./netns-path.ts";
import { type SkbContext, skbBytes, skbContext } from "./skb.ts";

/** What the kernel says of a loaded program. */
export interface ProgramInfo {
  readonly id: number;
  readonly type: ProgramType;
  readonly name: string;
  /** The kernel's hash of the instructions, 16 hex digits. */
  readonly tag: string;
  /** After verification: switched-off branches are gone. */
  readonly instructions: number;
  /** Bytes of machine code. */
  readonly jitedBytes: number;
  /** How many instructions the verifier walked. */
  readonly verifiedInstructions: number;
  readonly mapIds: readonly number[];
  /** Nanoseconds after boot at which it was loaded. */
  readonly loadedNs: bigint;
  /** Counted only while the sysctl kernel.bpf_stats_enabled is 1. */
  readonly runCount: bigint;
  readonly runTimeNs: bigint;
}

/** A packet to run a program on. */
export interface TestRunOptions {
  /** The packet, at least 14 bytes for programs that see Ethernet. */
  readonly data: Uint8Array;
  /** How often; default 1. */
  readonly repeat?: number;
  /** The context as bytes (struct __sk_buff, struct xdp_md) ... */
  readonly ctx?: Uint8Array;
  /** ... or, for programs that see an skb, its fields. */
  readonly skb?: SkbContext;
  /** The network namespace in which `skb.ifindex` is looked up: a path, or a name of `ip netns`. */
  readonly netns?: string;
}

/** What a program made of a packet. */
export interface TestRun {
  readonly retval: number;
  readonly data: Uint8Array;
  /** Fields of the skb afterwards, if there was a `skb` or `ctx` of its size. */
  readonly skb: Required<SkbContext> | undefined;
  /** Mean of the runs. */
  readonly durationNs: number;
}

/** A program in the kernel. */
export interface Program extends Disposable, AsyncDisposable {
  readonly fd: number;
  readonly id: number;
  /** As the kernel keeps it: at most 15 characters. */
  readonly name: string;
  readonly tag: string;
  readonly type: ProgramType;
  info(): ProgramInfo;
  /** Runs it on a packet (BPF_PROG_TEST_RUN), off the event loop. */
  testRun(options: TestRunOptions): Promise<TestRun>;
  pin(path: string): Promise<void>;
  /** Again is nothing. The program lives on while a pin, a link, a map or another descriptor holds it. */
  close(): void;
}

/** Where programs come from, apart from objects. */
export const Program = {
  /** Opens a pinned program. */
  openPinned: async (path: string): Promise<Program> => programOf(await openPinned(path, "program")),
  /** Opens the program with this id. Throws ENOENT. */
  fromId: (id: number): Program => programOf(openId(id, "program")),
};

/** The program behind a descriptor, which it then owns. */
export function programOf(descriptor: Descriptor): Program {
  return new KernelProgram(descriptor);
}

class KernelProgram implements Program {
  readonly #descriptor: Descriptor;
  readonly id: number;
  readonly name: string;
  readonly tag: string;
  readonly type: ProgramType;

  constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor;
    const { id, name, tag, type } = guard(() => native.programInfo(descriptor.fd));
    this.id = id;
    this.name = name;
    this.tag = tag;
    this.type = programTypeName(type);
  }

  get fd(): number {
    return this.#descriptor.fd;
  }

  info(): ProgramInfo {
    const { xlatedBytes, type, ...rest } = guard(() => native.programInfo(this.fd));
    return { ...rest, type: programTypeName(type), instructions: xlatedBytes / 8 };
  }

  async testRun({ data, repeat = 1, ctx, skb, netns }: TestRunOptions): Promise<TestRun> {
    const context = ctx ?? (skb === undefined ? undefined : skbBytes(skb));
    const run = await guarded(() => native.programTestRun(this.fd, netnsPath(netns), data, context, repeat));
    const { retval, durationNs } = run;
    return {
      retval,
      data: run.data,
      durationNs,
      skb: run.context === undefined ? undefined : skbContext(run.context),
    };
  }

  pin(path: string): Promise<void> {
    return this.#descriptor.pin(path);
  }

  close(): void {
    this.#descriptor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
