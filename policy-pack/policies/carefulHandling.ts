import { IN_ONE_PLACE } from "../buckets";
import { fieldMistakes, isUnset, oneOf, type TypeRequirements } from "../fieldRequirements";
import { ofResource } from "../policyForms";

const off = (field: string, mend: string) => ({
  field,
  accepts: oneOf(undefined, false),
  required: "not set, or false",
  mend: `Remove ${field}: ${mend}`,
});
const unset = (field: string, mend: string) => ({
  field,
  accepts: isUnset,
  required: "not set",
  mend: `Remove ${field}: ${mend}`,
});

const OBJECT = [
  {
    field: "storageClass",
    accepts: (value: unknown) => !IN_ONE_PLACE.includes(String(value)),
    required: "not set, or a class of several places",
    mend: "Remove storageClass: what is in one place is lost with it.",
  },
  unset("websiteRedirect", "whoever asks for evidence gets evidence."),
];

/** What the fields of disks, copies and records may be that AWS offers for everybody's disks and files. */
const HANDLED: TypeRequirements = {
  "aws:ebs/snapshotCopy:SnapshotCopy": [
    {
      field: "storageTier",
      accepts: oneOf(undefined, "standard"),
      required: "not set, or standard",
      mend: "Remove storageTier: a copy in the archive takes up to three days to come back.",
    },
    unset("outpostArn", "a preserved copy is in the Region."),
  ],
  "aws:ebs/volume:Volume": [
    off("multiAttachEnabled", "two machines that write one disk prove nothing."),
    off("finalSnapshot", "what is worked on ends with the room, and leaves no snapshot."),
    unset("outpostArn", "a working volume is in the Region."),
  ],
  "aws:ec2/volumeAttachment:VolumeAttachment": [
    off("forceDetach", "a disk that is pulled off while it is written is not the disk any more."),
    off("skipDestroy", "the machine keeps the disk when the room is closed otherwise."),
  ],
  "aws:s3/bucketObject:BucketObject": OBJECT,
  "aws:s3/bucketObjectv2:BucketObjectv2": OBJECT,
  "aws:ssm/parameter:Parameter": [
    off("overwrite", "a slot that another room has claimed is that room's."),
  ],
};

/** A disk is evidence as long as nobody can say that handling it changed it. */
export const carefulHandling = ofResource(
  {
    name: "careful-handling",
    displayName: "Disks, copies and records are handled as evidence is",
    description:
      "Checks that volumes are of one machine and leave no snapshot, that disks are never detached by force nor left behind, that copies and records are not in an archive or in one place only, and that no claim is overwritten.",
    severity: "high",
    tags: ["evidence"],
    remediationSteps: "Remove the field that the message names.",
  },
  (subject) => fieldMistakes(subject, HANDLED),
);
