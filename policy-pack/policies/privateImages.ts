import { listOf, ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { isFields, shown, UNKNOWN } from "../unknownValues";

const DISTRIBUTION = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration";
const IMAGE_PERMISSION = "aws:ec2/amiLaunchPermission:AmiLaunchPermission";
const SNAPSHOT_PERMISSION = "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission";

/** Types this policy knows. */
const SHARING_TYPES = [IMAGE_PERMISSION, SNAPSHOT_PERMISSION, DISTRIBUTION];

/** Fields that name with whom a type shares. */
const SHARED: Readonly<Record<string, RegExp>> = {
  [IMAGE_PERMISSION]: /^(accountId|group|organizationArn|organizationalUnitArn)$/,
  [SNAPSHOT_PERMISSION]: /^accountId$/,
  [DISTRIBUTION]:
    /^distributions\.\d+\.amiDistributionConfiguration\.(launchPermission(\.\w+)?|targetAccountIds)(\.\d+)?$/,
};

/** Configuration of this policy. */
interface SharingConfig {
  /** Accounts, organisations and organisational units that images and snapshots may be shared with. */
  readonly sharedWith: readonly string[];
}

/** A forensics image tells everybody what investigators look for; a snapshot is the suspect's disk. */
export const privateImages = ofResource<SharingConfig>(
  {
    name: "private-images",
    displayName: "Images and snapshots are for listed accounts, under a key of their own",
    description:
      "Checks that no image and no snapshot is shared, but with the account of the stack and those in sharedWith, that every distributed image names its key, and that none is exported to a file.",
    severity: "critical",
    tags: ["images", "keys"],
    remediationSteps: "Remove the permission, or list the account in sharedWith; set kmsKeyId.",
    configSchema: {
      properties: {
        sharedWith: listOf(
          "Accounts, ARNs of organisations and of organisational units that images and snapshots may be shared with.",
        ),
      },
    },
  },
  (subject, config) =>
    SHARING_TYPES.includes(subject.type)
      ? [...sharingMistakes(subject, config), ...keyMistakes(subject)]
      : [],
);

function sharingMistakes(subject: Subject, { sharedWith }: SharingConfig): string[] {
  const allowed = [...subject.accounts, ...sharedWith];
  const pattern = SHARED[subject.type];
  return subject
    .leaves()
    .filter(([path, value]) => pattern?.test(path) && !isFields(value) && value !== "")
    .filter(([, value]) => value === UNKNOWN || !allowed.includes(String(value)))
    .map(
      ([path, value]): string =>
        `${path} is ${shown(value)}; required: nobody but the stack's account and those in sharedWith.\nRemove it, or list it in sharedWith of private-images in the policy pack's configuration.`,
    );
}

function keyMistakes(subject: Subject): string[] {
  const distributions = subject.type === DISTRIBUTION ? subject.at("distributions") : [];
  return (Array.isArray(distributions) ? (distributions as unknown[]) : [distributions]).flatMap(
    (distribution, index) => {
      const ami = isFields(distribution)
        ? distribution["amiDistributionConfiguration"]
        : distribution;
      const isContainer =
        isFields(distribution) &&
        ami === undefined &&
        "containerDistributionConfiguration" in distribution;
      // A key that is made along with the distribution is not known yet, but it is there.
      const exported =
        isFields(distribution) && distribution["s3ExportConfiguration"] !== undefined
          ? [
              `distributions.${index}.s3ExportConfiguration is set; required: not set: an image that is a file is under no key of ours.\nRemove it.`,
            ]
          : [];
      return exported.length > 0
        ? exported
        : isContainer || (isFields(ami) && ami["kmsKeyId"])
          ? []
          : [
              `distributions.${index}.amiDistributionConfiguration.kmsKeyId is not set; required: the ARN of a customer managed key.\nName the foundation's key.`,
            ];
    },
  );
}
