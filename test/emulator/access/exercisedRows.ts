import { ACTS } from "../../access/acts";
import type { Row } from "../../access/expectedTable";
import { GROUPS, PRINCIPALS } from "../../access/principals";
import type { Refused } from "./authorization";
import type { Question } from "./question";

/**
 * Rows of the access table that a run comes to: somebody of the row's principals asked for its action on something of
 * its kind, and was answered as the row says. Conditions are the table's own to prove.
 */
export function exercisedRows(
  rows: readonly Row[],
  decided: readonly Question[],
  refused: readonly Refused[],
): Row[] {
  const seen = new Set([
    ...decided.map((each) => `allow ${called(each)}`),
    ...refused.map((each) => `deny ${called(each)}`),
  ]);
  return rows.filter(({ principal: named, act, decision }) => {
    const { action = "", resource = "" } = ACTS[act] ?? {};
    return (GROUPS[named] ?? [named]).some((each) => {
      const principal = PRINCIPALS[each]?.arn ?? "";
      return seen.has(`${decision} ${called({ principal, action, resource })}`);
    });
  });
}

/** Who asks for what on what kind of thing, whatever account, ticket and names it has. */
function called({ principal, action, resource }: Refused): string {
  const [who = ""] = (principal.split("/").at(-1) ?? "").split(/-INC-/);
  const [, , service, , , ...rest] = resource.split(":");
  const [kind = ""] =
    service === "s3" ? [resource.includes("/") ? "object" : "bucket"] : rest.join(":").split("/");
  return `${who} ${action} ${service} ${kind}`;
}
