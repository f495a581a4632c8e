import { INSTANCE_PARAMETERS } from "../instanceParameters";

/** What the containment runbook can do; the first one changes nothing. */
export const ACTS = ["observe", "contain", "roll-back"] as const;

/** One of them. */
export type Act = (typeof ACTS)[number];

/**
 * What containment is told, as runbooks declare it: Systems Manager refuses whatever has another form before a step runs,
 * and what has these forms is read by no shell and by no document.
 */
export const CONTAINMENT_PARAMETERS = {
  ...INSTANCE_PARAMETERS,
  Act: {
    type: "String",
    description: "observe changes nothing and says what contain would do",
    allowedValues: [...ACTS],
    default: "observe",
  },
  RoleSessions: {
    type: "String",
    description: "Whether the role's sessions are denied, which other machines may have too",
    allowedValues: ["deny", "leave"],
    default: "deny",
  },
};
