import type { ResourceValidationPolicy } from "@pulumi/policy";

import {
  type FoundationConfig,
  foundationSchema,
  inFoundation,
  stackOf,
} from "../foundationStacks";
import { reading } from "../unknownValues";

/** Configuration of this policy. */
interface ProtectionConfig extends FoundationConfig {
  /** Regular expression for the names of the stacks of member accounts. */
  readonly memberStacks: string;
}

/**
 * Image Builder never changes one of these: a new content is a new one, and the old one goes. AWS
 * itself refuses to delete what the pipeline, which is protected, still uses.
 */
const REPLACED = [
  "aws:imagebuilder/component:Component",
  "aws:imagebuilder/imageRecipe:ImageRecipe",
];

/** Rules of member accounts come and go with ranges and tools; the group they are of stays. */
const COME_AND_GO = [
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

const GROUP = "aws:ec2/securityGroup:SecurityGroup";

/**
 * The engine checks protection resource by resource: a destroy without a preview deletes every
 * unprotected sibling before it reports the protected ones.
 */
export const foundationProtected: ResourceValidationPolicy = {
  name: "foundation-protected",
  displayName: "Everything in a foundation is protected",
  description:
    "Checks that every resource of a stack that outlives incidents has protect set, but for versions of image components and recipes, and in stacks of member accounts for rules of security groups and for groups with the tag released: true.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["evidence"],
  remediationSteps: "Set protect: true on the resource itself.",
  configSchema: {
    properties: {
      ...foundationSchema,
      memberStacks: {
        type: "string",
        format: "regex",
        description: "Regular expression for the names of the stacks of member accounts.",
        default: "^member(-|$)",
      },
    },
  },
  validateResource: (args, reportViolation) => {
    const config = args.getConfig<ProtectionConfig>();
    if (!args.type.startsWith("aws:") || !inFoundation(args.urn, config)) {
      args.notApplicable("the stack ends with its incident");
    }
    if (REPLACED.includes(args.type)) {
      args.notApplicable("every version of it is replaced by the next");
    }
    const ofMember = new RegExp(config.memberStacks).test(stackOf(args.urn));
    if (ofMember && COME_AND_GO.includes(args.type)) {
      args.notApplicable("rules of member accounts come and go");
    }
    const released = reading(
      () => (args.props["tags"] as Record<string, unknown> | undefined)?.["released"],
    );
    if (ofMember && args.type === GROUP && released === "true") {
      args.notApplicable("the group is released");
    }
    if (!args.opts.protect) {
      reportViolation("protect is false; required: true, on every resource of this stack.");
    }
  },
};
