import { type Mistake, ofStack } from "../policyForms";
import type { StackGraph } from "../stackGraph";

/** What an open room loses with a destroy: machine, volumes, copies and the keys they are under. */
export const PROTECTED_TYPES = [
  "aws:ebs/snapshotCopy:SnapshotCopy",
  "aws:ebs/volume:Volume",
  "aws:ec2/instance:Instance",
  "aws:ec2/volumeAttachment:VolumeAttachment",
  "aws:kms/key:Key",
];

const RECORD = "aws:s3/bucketObjectv2:BucketObjectv2";

/**
 * The engine checks protection resource by resource. A room is closed by its closing record, which is
 * declared before anything loses its protection.
 */
export const protectedEvidence = ofStack(
  {
    name: "protected-evidence",
    displayName: "What an open room is worked on is protected",
    description:
      "Checks that in a room's stack machine, volumes, attachments, preserved copies and keys have protect set, until the stack has the room's closing record.",
    severity: "critical",
    tags: ["evidence"],
    remediationSteps:
      "Set protect: true on the resource itself; a room is closed by its closing record.",
  },
  (graph) => (isClosed(graph) ? [] : mistakesOf(graph)),
);

function mistakesOf(graph: StackGraph): Mistake[] {
  return graph
    .ofType(...PROTECTED_TYPES)
    .filter(({ kind, opts }) => kind === "incident" && !opts.protect)
    .map((subject) => ({
      subject,
      sentence:
        "protect is false; required: true, until the room is closed.\nA pulumi destroy ends the case otherwise: set protect on the resource itself.",
    }));
}

function isClosed(graph: StackGraph): boolean {
  return graph
    .ofType(RECORD)
    .some((record) => /"event":\s*"closing"/.test(String(record.at("content"))));
}
