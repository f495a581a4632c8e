import { IPv4 } from "ipaddr.js";

/** A range of IPv4 addresses. */
export interface Range {
  /** The first address, as an unsigned 32-bit number. */
  readonly first: number;

  /** The last address, as an unsigned 32-bit number. */
  readonly last: number;

  /** Length of the network prefix, 0 to 32. */
  readonly prefixLength: number;
}

/**
 * Reads a CIDR such as `10.66.0.0/22`.
 *
 * @returns the range, or undefined when the text is no IPv4 CIDR in four-part decimal notation, or
 *   its address is not the first one of the range (`10.66.0.1/22` names a host, not a network).
 */
export function parseCidr(cidr: string): Range | undefined {
  if (!IPv4.isValidCIDRFourPartDecimal(cidr)) {
    return undefined;
  }
  const [address, prefixLength] = IPv4.parseCIDR(cidr);
  const first = address.octets.reduce((number, octet) => number * 256 + octet, 0);
  const size = 2 ** (32 - prefixLength);
  return first % size === 0 ? { first, last: first + size - 1, prefixLength } : undefined;
}

/** Writes the range of `size` addresses, a power of two, that begins at `first` as a CIDR. */
export function formatCidr(first: number, size: number): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join(".")}/${32 - Math.log2(size)}`;
}

/** Whether two ranges have an address in common. */
export function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Whether the range lies in the private address space of RFC 1918 or RFC 6598. */
export function isPrivate(cidr: string): boolean {
  const range = IPv4.parseCIDR(cidr)[0].range();
  return range === "private" || range === "carrierGradeNat";
}

/** Whether an address is in a range; of what is neither it is not. */
export function isWithin(address: string, cidr: string): boolean {
  const [one, range] = [parseCidr(`${address}/32`), parseCidr(cidr)];
  return one !== undefined && range !== undefined && overlap(one, range);
}
