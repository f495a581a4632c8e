import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One row of the table: what somebody wrote, by hand, that it should be. */
export interface Row {
  /** A principal, a group of them, or `everybody else`. */
  readonly principal: string;
  readonly act: string;
  readonly decision: "allow" | "deny";
  readonly reason: string;
}

/** Reads the table; only the reason may have commas. */
export function readTable(): Row[] {
  const lines = readFileSync(join(__dirname, "expected.csv"), "utf8").trimEnd().split("\n");
  return lines.slice(1).map((line) => {
    const [principal = "", act = "", decision, ...reason] = line.split(",");
    if ((decision !== "allow" && decision !== "deny") || reason.length === 0) {
      throw new Error(`expected.csv: ${line}`);
    }
    return { principal, act, decision, reason: reason.join(",") };
  });
}
