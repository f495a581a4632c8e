import type { ResourceValidationPolicy } from "@pulumi/policy";

import { reading, shown, UNKNOWN } from "../unknownValues";

/** The type whose build instances are checked. */
export const BUILD_TYPE =
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration";

interface InfrastructureProps {
  readonly keyPair?: string;
  readonly securityGroupIds?: readonly string[];
  readonly subnetId?: string;
  readonly terminateInstanceOnFailure?: boolean;
}

/**
 * Left to its defaults, Image Builder builds in the default VPC, and keeps the machine of a failed
 * build running.
 */
export const hardenedBuilds: ResourceValidationPolicy = {
  name: "hardened-builds",
  displayName: "Images are built where nobody logs in and nothing is left running",
  description:
    "Checks that Image Builder's build instances have a subnet and security groups of their own and no key pair, and end with a failed build.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["images", "network"],
  remediationSteps:
    "Set terminateInstanceOnFailure: true, subnetId and securityGroupIds; remove keyPair.",
  validateResource: (args, reportViolation) => {
    if (args.type !== BUILD_TYPE) {
      args.notApplicable("the type builds no image");
    }
    const props: InfrastructureProps = args.props;
    const ends = reading(() => props.terminateInstanceOnFailure);
    if (ends !== true) {
      reportViolation(`terminateInstanceOnFailure is ${shown(ends)}; required: true.`);
    }
    // A network that is made along with it is not known yet, but it is there.
    const subnet = reading(() => props.subnetId);
    if (!subnet) {
      reportViolation("subnetId is not set; required: a subnet, or builds run in the default VPC.");
    }
    const groups = reading(() => props.securityGroupIds);
    if (groups !== UNKNOWN && !groups?.length) {
      reportViolation("securityGroupIds is not set; required: the builds' own security groups.");
    }
    const keyPair = reading(() => props.keyPair);
    if (keyPair) {
      reportViolation(`keyPair is ${shown(keyPair)}; required: not set.`);
    }
  },
};
