import type { StackValidationPolicy } from "@pulumi/policy";

import { reading, shown, UNKNOWN } from "../unknownValues";

/** A room that carries two tickets mixes the evidence of two cases. */
export const sameTicket: StackValidationPolicy = {
  name: "same-ticket",
  displayName: "A stack belongs to one incident",
  description: "Checks that all incident-response tags of a stack have the same value.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["tags"],
  remediationSteps: "Take the ticket from the stack's settings everywhere.",
  validateStack: ({ resources }, reportViolation) => {
    const tagged = resources.flatMap(({ name, urn, props }) => {
      const ticket = reading(
        () => (props["tags"] as Record<string, unknown> | undefined)?.["incident-response"],
      );
      return ticket === undefined || ticket === UNKNOWN ? [] : [{ name, urn, ticket }];
    });
    const counts = new Map<unknown, number>();
    tagged.forEach(({ ticket }) => counts.set(ticket, (counts.get(ticket) ?? 0) + 1));
    const [usual] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
    for (const { name, urn, ticket } of tagged.filter((each) => each.ticket !== usual)) {
      reportViolation(
        `${name}: tags.incident-response is "${shown(ticket)}"; required: "${shown(usual)}", as on the rest of the stack.`,
        urn,
      );
    }
  },
};
