import { ofResource } from "../policyForms";
import type { Subject } from "../subject";

const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";

/** A name that only one resource can have: the next claim of a slot needs the one before it gone. */
const DELETED_FIRST = ["aws:ssm/parameter:Parameter"];

/** Configuration of this policy. */
interface HiddenConfig {
  /** Fields that `ignoreChanges` may name, by type. */
  readonly ignorable: Readonly<Record<string, readonly string[]>>;
}

/** What would replace or restart something in an open room, and what AWS or a custodian changes. */
const IGNORABLE: Readonly<Record<string, readonly string[]>> = {
  "aws:cloudwatch/eventTarget:EventTarget": ["targetId"],
  [COPY]: [
    "completionDurationMinutes",
    "description",
    "encrypted",
    "kmsKeyId",
    "sourceRegion",
    "sourceSnapshotId",
  ],
  "aws:ebs/volume:Volume": [
    "availabilityZone",
    "encrypted",
    "iops",
    "kmsKeyId",
    "snapshotId",
    "throughput",
    "volumeInitializationRate",
  ],
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": ["subnetIds"],
  "aws:ec2/instance:Instance": [
    "ami",
    "associatePublicIpAddress",
    "instanceType",
    "rootBlockDevice.encrypted",
    "rootBlockDevice.kmsKeyId",
    "rootBlockDevice.volumeSize",
    "rootBlockDevice.volumeType",
    "subnetId",
    "userDataBase64",
  ],
  "aws:ec2/volumeAttachment:VolumeAttachment": ["deviceName", "instanceId", "volumeId"],
  "aws:iam/instanceProfile:InstanceProfile": ["name"],
  "aws:iam/role:Role": ["name"],
  "aws:iam/rolePolicy:RolePolicy": ["name"],
  "aws:kms/alias:Alias": ["name"],
  "aws:kms/grant:Grant": ["name"],
  "aws:kms/key:Key": ["keyUsage"],
  "aws:s3/bucket:Bucket": ["bucket"],
  "aws:s3/bucketObjectv2:BucketObjectv2": [
    "bucket",
    "content",
    "key",
    "metadata",
    "objectLockLegalHoldStatus",
    "objectLockMode",
    "objectLockRetainUntilDate",
  ],
};

/** What is ignored is never mended, and what is deleted first may not come back. */
export const nothingHidden = ofResource<HiddenConfig>(
  {
    name: "nothing-hidden",
    displayName: "Options hide nothing, delete nothing first and set an end",
    description:
      "Checks that ignoreChanges names no field but those listed for the type, that nothing is deleted before its replacement is made, and that preserved copies have a time limit.",
    severity: "high",
    tags: ["evidence", "options"],
    remediationSteps:
      "Remove the field from ignoreChanges, or list it in ignorable; remove deleteBeforeReplace; set customTimeouts of copies.",
    configSchema: {
      properties: {
        ignorable: {
          type: "object",
          additionalProperties: { type: "array", items: { type: "string" } },
          description: "Fields that ignoreChanges may name, by type.",
          default: IGNORABLE,
        },
      },
    },
  },
  (subject, config) => (subject.type.startsWith("aws:") ? mistakesOf(subject, config) : []),
);

function mistakesOf({ type, opts }: Subject, { ignorable }: HiddenConfig): string[] {
  const hidden = opts.ignoreChanges.filter((field) => !(ignorable[type] ?? []).includes(field));
  return [
    ...hidden.map(
      (field) =>
        `ignoreChanges names ${field}; required: ${(ignorable[type] ?? []).join(", ") || "nothing"}.\nWhat is ignored is never mended: remove it, or configure the pack: { "nothing-hidden": { "ignorable": … } }.`,
    ),
    ...(opts.deleteBeforeReplace === true && !DELETED_FIRST.includes(type)
      ? [
          "deleteBeforeReplace is true; required: not set, or false.\nWhere the replacement fails nothing is left: remove it.",
        ]
      : []),
    ...(type === COPY && !(opts.customTimeouts.createSeconds > 0)
      ? [
          "customTimeouts.create is not set; required: a limit, such as 24h.\nA copy of a large disk outlasts the provider's own limit: set it.",
        ]
      : []),
  ];
}
