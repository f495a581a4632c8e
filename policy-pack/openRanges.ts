import { type IPv4, isValid, parse, parseCIDR } from "ipaddr.js";

/**
 * The widest ranges that can be somebody's own network, as the length of their prefix: 10.0.0.0/8,
 * and the unique local addresses, fc00::/7.
 */
const WIDEST = { ipv4: 8, ipv6: 7 };

/**
 * Whether a range holds every address of its family, however it is written, or so many that no
 * network of one's own is meant: 0.0.0.0/1 and 128.0.0.0/1 are everybody too, in two rules.
 */
export function isEverybody(range: unknown): boolean {
  if (typeof range !== "string" || !range.includes("/")) {
    return false;
  }
  const widest = range.includes(":") ? WIDEST.ipv6 : WIDEST.ipv4;
  return Number(range.split("/").at(-1)) < widest;
}

/** Addresses that nobody has on the internet: RFC 1918, RFC 6598 and RFC 4193. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/**
 * Whether a range has an address of the internet that is not of an organisation's own.
 *
 * @param ownRanges The organisation's own ranges on the internet, CIDRs.
 */
export function isPublic(range: unknown, ownRanges: readonly string[]): boolean {
  if (typeof range !== "string" || !isRange(range)) {
    return false;
  }
  return ![...PRIVATE, ...ownRanges.filter(isRange)].some((other) => contains(other, range));
}

/** Whether two ranges have an address in common; what is none has not. */
export function haveInCommon(one: unknown, another: unknown): boolean {
  return (
    typeof one === "string" &&
    typeof another === "string" &&
    isRange(one) &&
    isRange(another) &&
    (contains(one, another) || contains(another, one))
  );
}

function isRange(text: string): boolean {
  return isValid(text.split("/")[0] ?? "") && /^[^/]+\/\d+$/.test(text);
}

function contains(outer: string, inner: string): boolean {
  const [network, length] = parseCIDR(outer);
  const [address, prefix] = inner.split("/");
  const first = parse(address ?? "");
  return (
    first.kind() === network.kind() &&
    Number(prefix) >= length &&
    (first as IPv4).match(network, length)
  );
}
