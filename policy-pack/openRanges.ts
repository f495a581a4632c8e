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
