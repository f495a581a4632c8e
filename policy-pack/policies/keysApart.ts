import { type Mistake, ofStack } from "../policyForms";
import type { StackGraph } from "../stackGraph";
import type { Subject } from "../subject";

const KEY = "aws:kms/key:Key";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const INCIDENT = "incident";

/** Where working disks have their key. */
const WORKING: Readonly<Record<string, RegExp>> = {
  "aws:ebs/volume:Volume": /^kmsKeyId$/,
  "aws:ec2/instance:Instance": /^(rootBlockDevice|ebsBlockDevices\.\d+)\.kmsKeyId$/,
};

const RECORD = "aws:s3/bucketObjectv2:BucketObjectv2";

/** Where what is kept has its key. */
const KEPT: Readonly<Record<string, string>> = {
  [COPY]: "kmsKeyId",
  [RECORD]: "kmsKeyId",
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
  const algorithm = subject.at("serverSideEncryption");
  if (subject.type === RECORD && algorithm === "AES256") {
    return [
      {
        subject,
        sentence: `serverSideEncryption is ${algorithm}; required: not set, or aws:kms under the evidence key.\nS3's own keys ask nobody who reads: remove it.`,
      },
    ];
  }
  if (field !== undefined) {
    return roomKeys
      .filter((key) => graph.names(subject, field, key))
      .map((key) => ({
        subject,
        sentence: `${field} is the key ${key.name} of this stack; required: the foundation's evidence key.\nThe room's key is destroyed with the room, and the copy with it.`,
      }));
  }
  const paths = subject
    .leaves()
    .flatMap(([path]) => (WORKING[subject.type]?.test(path) ? path : []));
  return paths.flatMap((path): Mistake[] => {
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
