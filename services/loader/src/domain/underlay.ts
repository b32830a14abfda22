// Which of a host's addresses the other hosts send to. Pure.
import { type Address, formatAddress } from "@weft/netaddr";

/** An address that the host has now. */
export interface HeldAddress {
  readonly address: Address;
  /** Whether the uplink has it, and not another device. */
  readonly onUplink: boolean;
  /** Whether it is of the sort that stays: not temporary, not deprecated, not tentative. */
  readonly lasting: boolean;
}

/** Where a host can be reached: by one family at least. */
export interface Underlays {
  /** Where the others send to unless an option says which family; one of the next two. */
  readonly underlay: Address;
  readonly underlay4: Address | undefined;
  readonly underlay6: Address | undefined;
}

/**
 * The addresses to be reached at, or undefined when there is none. Of each family: the one that was asked for, while any
 * device has it; else the one in use before, while the uplink has it; else the first of the uplink's that lasts. The
 * family is that of the first that was asked for; else the one in use before; else IPv4.
 */
export function chooseUnderlays(
  held: readonly HeldAddress[],
  told: readonly Address[],
  before: Underlays | undefined,
): Underlays | undefined {
  const usable = held.filter(({ address }) => !isLinkLocal(address));
  const own = usable.filter(({ onUplink }) => onUplink);
  const choose = (family: 4 | 6): Address | undefined => {
    const ofFamily = (address: Address | undefined) => address?.family === family;
    const used = family === 4 ? before?.underlay4 : before?.underlay6;
    const kept = own.find(({ address, lasting }) => lasting && same(address, used));
    return (
      told.find((address) => ofFamily(address) && usable.some((one) => same(one.address, address))) ??
      kept?.address ??
      own.find(({ address, lasting }) => lasting && ofFamily(address))?.address ??
      own.find(({ address }) => ofFamily(address))?.address
    );
  };
  const [underlay4, underlay6] = [choose(4), choose(6)];
  const wanted = told[0]?.family ?? before?.underlay.family ?? 4;
  const underlay = wanted === 4 ? (underlay4 ?? underlay6) : (underlay6 ?? underlay4);
  return underlay === undefined ? undefined : { underlay, underlay4, underlay6 };
}

/** Those that were asked for and that the host does not have. */
export function missingOf(held: readonly HeldAddress[], told: readonly Address[]): Address[] {
  return told.filter((wanted) => !held.some(({ address }) => same(address, wanted)));
}

function same(one: Address, other: Address | undefined): boolean {
  return other !== undefined && formatAddress(one) === formatAddress(other);
}

/** fe80::/10 and 169.254.0.0/16: no router forwards to them. */
function isLinkLocal({ family, value }: Address): boolean {
  return family === 6 ? value >> 118n === 0x3fan : value >> 16n === 0xa9fen;
}
