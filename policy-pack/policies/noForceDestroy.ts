import type { ResourceValidationPolicy } from "@pulumi/policy";

import { reading, shown } from "../unknownValues";

/**
 * With forceDestroy the provider empties a bucket before it deletes it: it bypasses governance
 * retention and lifts legal holds where it may.
 */
export const noForceDestroy: ResourceValidationPolicy = {
  name: "no-force-destroy",
  displayName: "Nothing is emptied to be deleted",
  description: "Checks that no resource sets forceDestroy.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["evidence"],
  remediationSteps: "Remove forceDestroy, and run pulumi up if it was ever deployed.",
  validateResource: ({ props }, reportViolation) => {
    const forceDestroy = reading(() => props["forceDestroy"] as unknown);
    if (forceDestroy !== undefined && forceDestroy !== false) {
      reportViolation(`forceDestroy is ${shown(forceDestroy)}; required: not set, or false.`);
    }
  },
};
