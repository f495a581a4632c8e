import type { ResourceValidationPolicy } from "@pulumi/policy";

import { foundationSchema, inFoundation } from "../foundationStacks";

/**
 * Image Builder never changes one of these: a new content is a new one, and the old one goes. AWS
 * itself refuses to delete what the pipeline, which is protected, still uses.
 */
const REPLACED = [
  "aws:imagebuilder/component:Component",
  "aws:imagebuilder/imageRecipe:ImageRecipe",
];

/**
 * The engine checks protection resource by resource: a destroy without a preview deletes every
 * unprotected sibling before it reports the protected ones.
 */
export const foundationProtected: ResourceValidationPolicy = {
  name: "foundation-protected",
  displayName: "Everything in a foundation is protected",
  description:
    "Checks that every resource of a stack that outlives incidents has protect set, but for versions of image components and recipes.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["evidence"],
  remediationSteps: "Set protect: true on the resource itself.",
  configSchema: { properties: foundationSchema },
  validateResource: (args, reportViolation) => {
    if (!args.type.startsWith("aws:") || !inFoundation(args.urn, args.getConfig())) {
      args.notApplicable("the stack ends with its incident");
    }
    if (REPLACED.includes(args.type)) {
      args.notApplicable("every version of it is replaced by the next");
    }
    if (!args.opts.protect) {
      reportViolation("protect is false; required: true, on every resource of this stack.");
    }
  },
};
