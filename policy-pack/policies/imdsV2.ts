import type { ResourceValidationPolicy } from "@pulumi/policy";

import { reading, shown } from "../unknownValues";

interface MetadataOptions {
  readonly httpEndpoint?: string;
  readonly httpTokens?: string;
  readonly httpPutResponseHopLimit?: number;
  readonly httpProtocolIpv6?: string;
}

/** Field in which a type has its machines' metadata options. */
const OPTIONS: Readonly<Record<string, string>> = {
  "aws:ec2/instance:Instance": "metadataOptions",
  "aws:ec2/launchTemplate:LaunchTemplate": "metadataOptions",
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration":
    "instanceMetadataOptions",
};

/**
 * Version 1 of the metadata service hands the machine's credentials to any request it can be tricked
 * into, and a further hop hands them to its containers. The default depends on account and image.
 */
export const imdsV2: ResourceValidationPolicy = {
  name: "imds-v2",
  displayName: "A machine's credentials stay on the machine",
  description:
    "Checks that instances, launch templates and Image Builder's build instances answer version 2 of the metadata service only, one hop away at most.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["access"],
  remediationSteps: 'Set httpTokens: "required" and httpPutResponseHopLimit: 1.',
  validateResource: (args, reportViolation) => {
    const field = OPTIONS[args.type] ?? args.notApplicable("the type starts no machine");
    const read = () => args.props[field] as MetadataOptions | undefined;
    if (reading(() => read()?.httpEndpoint) === "disabled") {
      // Nobody answers: there is nothing to hand out.
      return;
    }
    const tokens = reading(() => read()?.httpTokens);
    if (tokens !== "required") {
      reportViolation(`${field}.httpTokens is ${shown(tokens)}; required: "required".`);
    }
    const hops = reading(() => read()?.httpPutResponseHopLimit);
    if (hops !== 1) {
      reportViolation(`${field}.httpPutResponseHopLimit is ${shown(hops)}; required: 1.`);
    }
    const ipv6 = reading(() => read()?.httpProtocolIpv6);
    if (ipv6 === "enabled") {
      reportViolation(
        `${field}.httpProtocolIpv6 is ${shown(ipv6)}; required: not set, or disabled: a room has no addresses of version 6.`,
      );
    }
  },
};
