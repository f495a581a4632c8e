import { type Mistake, ofStack } from "../policyForms";
import type { StackGraph } from "../stackGraph";
import type { Subject } from "../subject";
import { shown } from "../unknownValues";

/** What an open room loses with a destroy: machine, volumes, copies and the keys they are under. */
const PROTECTED_TYPES = [
  "aws:ebs/snapshotCopy:SnapshotCopy",
  "aws:ebs/volume:Volume",
  "aws:ec2/instance:Instance",
  "aws:ec2/volumeAttachment:VolumeAttachment",
  "aws:kms/key:Key",
];

const RECORD = "aws:s3/bucketObjectv2:BucketObjectv2";

const MACHINE = "aws:ec2/instance:Instance";

/**
 * The engine checks protection resource by resource. A room is closed by its closing record, which is
 * declared before anything loses its protection; what is withdrawn from an open room by a record of that.
 */
export const protectedEvidence = ofStack(
  {
    name: "protected-evidence",
    displayName: "What an open room is worked on is protected",
    description:
      "Checks that in a room's stack machine, volumes, attachments, preserved copies and keys have protect set, and the machine EC2's own protection, until the stack has the room's closing record, or for a disk the record of its withdrawal.",
    severity: "critical",
    tags: ["evidence"],
    remediationSteps:
      "Set protect: true on the resource itself, and disableApiTermination: true on the machine; a room is closed by its closing record.",
  },
  (graph) => (recordsOf(graph, "closing").length > 0 ? [] : mistakesOf(graph)),
);

function mistakesOf(graph: StackGraph): Mistake[] {
  const withdrawn = recordsOf(graph, "withdrawal").flatMap((record) =>
    graph.told(record).dependencies.map(({ urn }) => urn),
  );
  return graph
    .ofType(...PROTECTED_TYPES)
    .filter(({ kind, urn }) => kind === "incident" && !withdrawn.includes(urn))
    .flatMap((subject) =>
      [
        ...(subject.opts.protect
          ? []
          : [
              "protect is false; required: true, until the room is closed.\nA pulumi destroy ends the case otherwise: set protect on the resource itself.",
            ]),
        ...(subject.type !== MACHINE || subject.at("disableApiTermination") === true
          ? []
          : [
              `disableApiTermination is ${shown(subject.at("disableApiTermination"))}; required: true, until the room is closed.\nThe console and the CLI end the machine otherwise: set it.`,
            ]),
      ].map((sentence) => ({ subject, sentence })),
    );
}

/** Records of an event, which their metadata tells even where a preview does not know their content. */
function recordsOf(graph: StackGraph, event: string): Subject[] {
  return graph.ofType(RECORD).filter((record) => record.at("metadata.event") === event);
}
