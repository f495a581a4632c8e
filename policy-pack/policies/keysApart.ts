import { type Mistake, ofStack } from "../policyForms";
import type { StackGraph } from "../stackGraph";
import type { Subject } from "../subject";

const KEY = "aws:kms/key:Key";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const INCIDENT = "incident";

/** Where working disks have their key. */
const WORKING: Readonly<Record<string, readonly string[]>> = {
  "aws:ebs/volume:Volume": ["kmsKeyId"],
  "aws:ec2/instance:Instance": ["rootBlockDevice.kmsKeyId"],
};

/** Where what is kept has its key. */
const KEPT: Readonly<Record<string, string>> = {
  [COPY]: "kmsKeyId",
  "aws:s3/bucketObjectv2:BucketObjectv2": "kmsKeyId",
};

/** Closing destroys the room's key: what is under it is gone then, and what is not stays readable. */
export const keysApart = ofStack(
  {
    name: "keys-apart",
    displayName: "Evidence outlives its room's key, and working volumes do not",
    description:
      "Checks that in a room's stack no preserved copy and no record is under the room's own key, and that volumes and machines are under that key and never under the one of the copies.",
    severity: "critical",
    tags: ["keys", "evidence"],
    remediationSteps:
      "Give preserved copies the foundation's evidence key, and volumes and the workstation the room's own key.",
  },
  (graph) =>
    graph.subjects.filter(({ kind }) => kind === INCIDENT).flatMap((s) => mistakesOf(s, graph)),
);

function mistakesOf(subject: Subject, graph: StackGraph): Mistake[] {
  const roomKeys = graph.ofType(KEY);
  const field = KEPT[subject.type];
  if (field !== undefined) {
    return roomKeys
      .filter((key) => graph.names(subject, field, key))
      .map((key) => ({
        subject,
        sentence: `${field} is the key ${key.name} of this stack; required: the foundation's evidence key.\nThe room's key is destroyed with the room, and the copy with it.`,
      }));
  }
  return (WORKING[subject.type] ?? []).flatMap((path): Mistake[] => {
    if (subject.at(path) === undefined || roomKeys.some((key) => graph.names(subject, path, key))) {
      return [];
    }
    const kept = graph.ofType(COPY).map((copy) => copy.at("kmsKeyId"));
    const isOfEvidence = typeof subject.at(path) === "string" && kept.includes(subject.at(path));
    return roomKeys.length > 0 || isOfEvidence
      ? [
          {
            subject,
            sentence: `${path} is ${isOfEvidence ? "the key of the preserved copies" : "no key of this stack"}; required: the room's own key.\nClosing destroys that key, and with it every working copy.`,
          },
        ]
      : [];
  });
}
