import { gatewayMac, type Tunnel } from "../datapath.ts";
import { actions } from "../mesh.ts";
import type { Program } from "./packets.ts";
import { alice, bob, carol } from "./people.ts";
import * as read from "./read.ts";

/** One run of a program on a packet. */
export interface Run {
  readonly program: Program;
  /** As egress of the container's device instead of as a tail call. */
  readonly fromStack: boolean;
  readonly tunnel: Tunnel;
  readonly pathMtu: number;
  /** Of a super-packet: bytes of its segments without headers; else 0. */
  readonly gsoSize: number;
  readonly data: Uint8Array;
  readonly action: number;
  readonly out: Uint8Array;
}

/** What a run counts as. */
interface Settled {
  /** Undefined: left alone and not counted. */
  readonly kind: "passed" | "dropped" | "told" | undefined;
}

/** What nobody may do. */
export class Misbehaviour extends Error {}

function must(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new Misbehaviour(claim);
}

const mac = (text: string) => text.replaceAll(":", "");
const gateway = mac(gatewayMac);
const own = [alice.ipv6, alice.ipv4].map(read.hexOf);
const carols = [carol.ipv6, carol.ipv4].map(read.hexOf);
const locals = new Map(
  [alice, bob].flatMap((each) =>
    [each.ipv6, each.ipv4].map((address) => [read.hexOf(address), mac(each.mac)] as const),
  ),
);
const header = (to: string, from: string, data: Uint8Array) => to + from + read.hex(data.subarray(12, 14));
const ipOf = (frame: Uint8Array, claim: string, at = 0): read.IpPacket => {
  const packet = read.readIp(frame, at);
  must(packet !== undefined, claim);
  return packet;
};

/** Checks what may be said of every run; throws Misbehaviour. */
export function check(run: Run): Settled {
  const { action, program } = run;
  must(action === actions.next || action === actions.drop || action === actions.redirect, `action ${action}`);
  if (program === "from_container") return fromContainer(run);
  if (program === "to_container") return toContainer(run);
  return fromUplink(run);
}

/** May a container send this at all? */
function checkSource(data: Uint8Array): void {
  must(read.hex(data.subarray(6, 12)) === mac(alice.mac), "another's MAC passes");
  if (read.u16At(data, 12) === 0x0806) {
    must(read.hex(data.subarray(22, 32)) === mac(alice.mac) + own[1], "another's ARP passes");
    return;
  }
  const packet = ipOf(data, "neither IP nor ARP passes");
  const first = packet.bytes[packet.headerLength] ?? 0;
  const localMessage = packet.family === 6 && packet.protocol === 58 && [128, 135, 136].includes(first);
  const local = /^(fe[89ab]|0{32})/.test(packet.source);
  must(own.includes(packet.source) || (localMessage && local), `source ${packet.source} passes`);
}

function fromContainer(run: Run): Settled {
  const { data, out, action } = run;
  if (action === actions.drop) return { kind: "dropped" };
  checkSource(data);
  if (action === actions.next) {
    const solved = read.u16At(data, 12) === 0x86dd && ipOf(data, "").protocol === 58;
    if (!solved) must(read.hex(out) === read.hex(data), "changed on its way to the stack");
    return { kind: "passed" };
  }
  if (read.hex(out.subarray(0, 12)) === mac(alice.mac) + gateway) return answered(run);
  forwarded(run);
  return { kind: "passed" };
}

/** An answer or an error, made for the container itself. */
function answered({ data, out }: Run): Settled {
  if (read.u16At(out, 12) === 0x0806) {
    must(out[21] === 2 && read.hex(out.subarray(22, 32)) === `${gateway}a9fe0101`, "a wrong ARP reply");
    return { kind: "passed" };
  }
  const [asked, told] = [ipOf(data, "an answer to nothing"), ipOf(out, "an answer that is no packet")];
  const type = told.bytes[told.headerLength] ?? 0;
  must(told.destination === asked.source, "an answer to somebody else");
  must(read.headerIsRight(told) || !read.headerIsRight(asked), "a wrong header checksum");
  must(told.protocol === (told.family === 4 ? 1 : 58), "an answer that is no ICMP");
  const error = told.family === 4 ? type === 3 || type === 11 : type < 128;
  must(read.icmpIsRight(told) || (!error && !read.icmpIsRight(asked)), "a wrong ICMP checksum");
  if (!error) {
    must([129, 0, 136].includes(type), `answered with type ${type}`);
    return { kind: "passed" };
  }
  must(
    told.length === told.bytes.length && told.length <= (told.family === 4 ? 576 : 1280),
    "an error's length",
  );
  must(read.headerIsRight(told), "a wrong header checksum");
  const quote = told.bytes.subarray(told.headerLength + 8);
  must(read.hex(asked.bytes).startsWith(read.hex(quote)), "an error quotes something else");
  return { kind: "told" };
}

/** A hop further, and not changed but for that. */
function checkHop(before: Uint8Array, after: Uint8Array): void {
  const [sent, got] = [ipOf(before, "no IP packet is forwarded"), ipOf(after, "no IP packet comes out")];
  must(read.hex(read.withoutHop(sent.bytes)) === read.hex(read.withoutHop(got.bytes)), "changed on its way");
  must(read.headerIsRight(sent) === read.headerIsRight(got), "the header checksum went wrong");
  const at = sent.family === 4 ? 8 : 7;
  must((sent.bytes[at] ?? 0) - 1 === got.bytes[at] && got.bytes[at] !== 0, "hop limit");
}

function forwarded({ data, out, tunnel, pathMtu, gsoSize }: Run): void {
  const sent = ipOf(data, "no IP packet is forwarded");
  must(own.includes(sent.source), "a spoofed source is redirected");
  const device = locals.get(sent.destination);
  if (device !== undefined) {
    must(read.hex(out.subarray(0, 14)) === header(device, gateway, data), "to another device");
    checkHop(data, out);
    return;
  }
  must(carols.includes(sent.destination), `redirected to ${sent.destination}`);
  must(Math.min(data.length - 14, gsoSize || Number.POSITIVE_INFINITY) <= pathMtu, "too big");
  if (tunnel === "none") {
    checkHop(data, out);
    return;
  }
  const wrapped = read.readTunnel(out);
  must(wrapped !== undefined, "the tunnel header cannot be read");
  const { outer, identity, inner } = wrapped;
  must(identity === alice.identity, "another identity");
  must(read.headerIsRight(outer), "a wrong outer checksum");
  const frame = out.subarray(inner);
  must(read.hex(frame.subarray(0, 14)) === header(mac(carol.mac), gateway, data), "a wrong inner frame");
  const ecn = (packet: read.IpPacket) =>
    (packet.family === 4 ? (packet.bytes[1] ?? 0) : (packet.bytes[1] ?? 0) >> 4) & 3;
  must(ecn(outer) === ecn(sent), "congestion bits");
  checkHop(data, frame);
}

function toContainer({ fromStack, data, out, action }: Run): Settled {
  if (action === actions.drop) return { kind: "dropped" };
  must(action === (fromStack ? actions.next : actions.redirect), "another way");
  must(read.hex(out.subarray(14)) === read.hex(data.subarray(14)), "changed on its way");
  if (!fromStack) {
    must(read.hex(out.subarray(0, 12)) === mac(bob.mac) + gateway, "to another device");
    return { kind: "passed" };
  }
  const packet = read.readIp(data);
  const lie = packet !== undefined && [...locals.keys(), ...carols].includes(packet.source);
  must(!lie || packet.protocol === 58, "a container's address from the stack passes");
  return { kind: "passed" };
}

function fromUplink({ data, out, action }: Run): Settled {
  if (action === actions.drop) return { kind: "dropped" };
  if (action === actions.next) {
    must(read.hex(out) === read.hex(data), "changed, and left alone");
    return { kind: undefined };
  }
  // Lengths are checked where a policy needs what is behind them; else by the receiver's stack.
  const got = read.addressesOf(out);
  const behind = data.subarray(data.length - (out.length - 14));
  must(
    read.hex(read.withoutEcn(behind)) === read.hex(read.withoutEcn(out.subarray(14))),
    "changed in the tunnel",
  );
  must(carols.includes(got.source), `${got.source} is not behind a tunnel`);
  const device = locals.get(got.destination);
  must(device !== undefined, `${got.destination} is not here`);
  must(read.hex(out.subarray(0, 12)) === device + gateway, "to another device");
  return { kind: "passed" };
}
