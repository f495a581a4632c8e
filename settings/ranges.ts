import { overlap, parseCidr } from "../components/cidr";
import { text } from "./forms";
import type { Mistake } from "./mistake";

/** A range that is no larger than /16; `instead` tells what to name in place of a larger one. */
export const narrowCidr = (instead: string) =>
  text(/^/, "an IPv4 CIDR").superRefine((cidr, context) => {
    const range = parseCidr(cidr);
    const message =
      range === undefined
        ? "an IPv4 network address with its prefix length, such as 10.20.30.0/24"
        : range.prefixLength < 16
          ? `a range no larger than /16: name ${instead}`
          : undefined;
    if (message !== undefined) {
      context.addIssue({ code: "custom", message });
    }
  });

/** Ranges of a setting that have addresses in common with an earlier one. */
export function overlaps(setting: string, cidrs: readonly string[]): Mistake[] {
  return cidrs.flatMap((cidr, index) => {
    const range = parseCidr(cidr);
    const twin = cidrs.slice(0, index).find((other) => {
      const is = parseCidr(other);
      return range !== undefined && is !== undefined && overlap(range, is);
    });
    return twin === undefined || twin === cidr
      ? []
      : [{ key: `${setting}.${index}`, found: cidr, required: `a range apart from ${twin}` }];
  });
}
