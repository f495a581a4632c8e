import { createHash, randomBytes, randomUUID } from "node:crypto";

/** An id as EC2 mints them: a prefix and 17 hexadecimal digits, e.g. `i-0123456789abcdef0`. */
export function ec2Id(prefix: string): string {
  return `${prefix}-0${hex(16)}`;
}

/** A KMS key id or a similar UUID. */
export function uuid(): string {
  return randomUUID();
}

/** A UUID that is always the same for one text. */
export function uuidOf(text: string): string {
  const digits = digest(text, 32);
  return [0, 8, 12, 16, 20].map((at, n) => digits.slice(at, [8, 12, 16, 20, 32][n])).join("-");
}

/** Random hexadecimal digits. */
export function hex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString("hex")
    .slice(0, digits);
}

/** Hexadecimal digits that are always the same for one text. */
export function digest(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}

/** The address `offset` places after the first one of an IPv4 range such as `10.66.0.0/24`. */
export function addressIn(cidr: string, offset: number): string {
  const first = (cidr.split("/")[0] ?? "")
    .split(".")
    .reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const address = first + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
