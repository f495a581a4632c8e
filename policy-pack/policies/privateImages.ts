import type { ResourceValidationPolicy } from "@pulumi/policy";

import { distributedAmis, type DistributionProps, type LocatedAmi } from "../imageDistributions";
import { reading, shown, UNKNOWN } from "../unknownValues";

const ACCOUNT = /^\d{12}$/;

/** What is wrong with whom a type hands an image or a snapshot to. */
const MISTAKES: Readonly<Record<string, (props: never) => string[]>> = {
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": (props: { readonly group?: string }) => {
    const group = reading(() => props.group);
    return group ? [`group is ${shown(group)}; required: an account or an organisation.`] : [];
  },
  "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": (props: {
    readonly accountId?: string;
  }) => {
    const account = reading(() => props.accountId);
    return typeof account === "string" && ACCOUNT.test(account)
      ? []
      : [`accountId is ${shown(account)}; required: an account id, 12 digits.`];
  },
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": (
    props: DistributionProps,
  ) => distributedAmis(props).flatMap(amiMistakes),
};

/** Types this policy knows. */
export const SHARING_TYPES = Object.keys(MISTAKES);

/** A forensics image tells everybody what investigators look for, and with what. */
export const privateImages: ResourceValidationPolicy = {
  name: "private-images",
  displayName: "Images and snapshots are for named accounts, under a key of their own",
  description:
    "Checks that no image and no snapshot is shared with everybody, and that every distributed image names its key.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["images", "keys"],
  remediationSteps: "Share with accounts, organisations or organisational units; set kmsKeyId.",
  validateResource: (args, reportViolation) => {
    const mistakes = MISTAKES[args.type] ?? args.notApplicable("the type shares nothing");
    mistakes(args.props as never).forEach((mistake) => reportViolation(mistake));
  },
};

function amiMistakes({ field, read }: LocatedAmi): string[] {
  const groups = reading(() => read()?.launchPermission?.userGroups);
  // A key that is made along with the distribution is not known yet, but it is there.
  const key = reading(() => read()?.kmsKeyId);
  return [
    ...(groups === undefined || (groups !== UNKNOWN && groups.length === 0)
      ? []
      : [
          `${field}.launchPermission.userGroups is ${shown(groups)}; required: accounts or organisations.`,
        ]),
    ...(key ? [] : [`${field}.kmsKeyId is not set; required: the ARN of a customer managed key.`]),
  ];
}
