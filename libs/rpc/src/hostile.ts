// For tests of a service's door: calls as no client of ours makes them, as bytes, to every method there is.
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import protobuf from "protobufjs/minimal.js";
import type { ServiceName } from "./api.ts";
import { serviceDefinition } from "./definition.ts";
import { fromServiceError } from "./errors.ts";
import { messageLimitBytes } from "./handle.ts";

/** What became of a raw call. */
interface RawAnswer {
  readonly method: string;
  readonly what: string;
  /** Name of the gRPC status. */
  readonly code: string;
  readonly details: string;
  /** Of a refusal: which field, if it says so. */
  readonly field: string | undefined;
}

/** How a raw call is made. */
interface RawCall {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
  readonly cancelled?: boolean;
}

/** Sends bytes to a method of a service, and waits for its status. */
function callRaw(
  socket: string,
  path: string,
  [what, bytes]: readonly [string, Uint8Array],
  { metadata = {}, deadlineMs = 20_000, cancelled = false }: RawCall = {},
): Promise<RawAnswer> {
  const client = new Client(`unix:${socket}`, credentials.createInsecure(), {
    "grpc.default_authority": "localhost",
    "grpc.max_send_message_length": -1,
    "grpc.use_local_subchannel_pool": 1,
  });
  const sent = new Metadata({ waitForReady: true });
  for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
  return new Promise((resolve) => {
    const done = (error: ServiceError | null) => {
      client.close();
      const refused = error === null ? undefined : fromServiceError(error, path);
      const code = status[error?.code ?? status.OK] ?? "";
      resolve({ method: path, what, code, details: error?.details ?? "", field: refused?.field });
    };
    const options = { deadline: Date.now() + deadlineMs };
    const plain = (message: Buffer) => message;
    const call = client.makeUnaryRequest(path, plain, plain, Buffer.from(bytes), sent, options, done);
    if (cancelled) setImmediate(() => call.cancel());
  });
}

/** Paths of all methods of a service. */
function pathsOf(service: ServiceName): string[] {
  return Object.values(serviceDefinition(service).methods).map(({ path }) => path);
}

const fields = Array.from({ length: 9 }, (_, index) => index + 1);
const long = "A".repeat(70_000);

function message(write: (writer: protobuf.Writer) => void): Uint8Array {
  const writer = protobuf.Writer.create();
  write(writer);
  return writer.finish();
}

/** Bytes that are no protobuf at all: each must be INVALID_ARGUMENT. */
const malformed: readonly (readonly [string, Uint8Array])[] = [
  ["half a tag", Uint8Array.of(0x80)],
  ["a length beyond the end", Uint8Array.of(0x0a, 0x7f, 0x41)],
  ["a group that does not end", Uint8Array.of(0x0b)],
  ["a wire type that there is not", Uint8Array.of(0x0f, 0x01)],
  ["text that nobody meant as protobuf", Buffer.from('{"name":"web"}')],
];

/** Protobuf that means nothing: whatever it is answered with, nothing may change. */
const meaningless: readonly (readonly [string, Uint8Array])[] = [
  ["nothing", new Uint8Array()],
  ["a number of 11 bytes", Uint8Array.of(0x08, ...Array(10).fill(0xff), 0x01)],
  ["a field that nobody knows", message((to) => to.uint32(500 * 8 + 2).string("x"))],
  ...fields.flatMap((field): (readonly [string, Uint8Array])[] => [
    [`field ${field} empty`, message((to) => to.uint32(field * 8 + 2).string(""))],
    [`field ${field} too long`, message((to) => to.uint32(field * 8 + 2).string(long))],
    [`field ${field} not UTF-8`, message((to) => to.uint32(field * 8 + 2).bytes(Uint8Array.of(0xff, 0xfe)))],
    [`field ${field} a control character`, message((to) => to.uint32(field * 8 + 2).string("a\0\u001b[2J"))],
    [
      `field ${field} a number beyond all bounds`,
      message((to) => to.uint32(field * 8).uint64("18446744073709551615")),
    ],
    [`field ${field} of 64 bits`, message((to) => to.uint32(field * 8 + 1).double(Number.NaN))],
    [
      `field ${field} 10,000 times`,
      message((to) => {
        for (let n = 0; n < 10_000; n += 1) to.uint32(field * 8 + 2).string("");
      }),
    ],
  ]),
  [
    "every field too long",
    message((to) => {
      for (const field of fields) to.uint32(field * 8 + 2).string(long);
    }),
  ],
];

const never = ["INTERNAL", "UNKNOWN", "DATA_LOSS", "UNIMPLEMENTED"];

/**
 * Makes every call of the tables to every method of a service, and answers what is wrong with how it was met: a status that
 * blames the service, malformed bytes that are no INVALID_ARGUMENT, a deadline or a cancellation that is not told as such.
 */
export async function hostileCalls(service: ServiceName, socket: string): Promise<string[]> {
  const wrong: string[] = [];
  const expect = (answer: RawAnswer, good: boolean) => {
    if (!good) wrong.push(`${answer.method}, ${answer.what}: ${answer.code} ${answer.details.slice(0, 200)}`);
  };
  for (const path of pathsOf(service)) {
    for (const each of malformed) {
      const answer = await callRaw(socket, path, each);
      expect(answer, answer.code === "INVALID_ARGUMENT");
    }
    const bounded =
      path.endsWith("/Status") || path.endsWith("/Plan") ? meaningless.slice(0, 2) : meaningless;
    for (const each of bounded) {
      const answer = await callRaw(socket, path, each);
      expect(answer, !never.includes(answer.code));
    }
    const huge = Buffer.alloc(messageLimitBytes + 1024);
    const large = await callRaw(socket, path, ["a message beyond the limit", huge]);
    expect(large, large.code === "RESOURCE_EXHAUSTED");
    const nothing = ["nothing, and no time", new Uint8Array()] as const;
    const late = await callRaw(socket, path, nothing, { deadlineMs: -1000 });
    expect(late, late.code === "DEADLINE_EXCEEDED");
    const left = await callRaw(socket, path, ["nothing, and left", new Uint8Array()], { cancelled: true });
    expect(left, !never.includes(left.code));
    const who = await callRaw(socket, path, ["an actor without end", new Uint8Array()], {
      metadata: { "weft-actor": "x".repeat(2000) },
    });
    expect(who, who.code === "INVALID_ARGUMENT" && who.field === "weft-actor");
  }
  return wrong;
}
