import { OTHER_TICKET } from "../documents";
import { type Act, key, PRESERVED, REGION, via } from "./requests";

const ebs = (action: string, context: Act["context"] = PRESERVED, region = REGION): Act => ({
  action: `ebs:${action}`,
  // A snapshot's ARN names no account.
  resource: `arn:aws:ec2:${region}::snapshot/snap-0123456789abcdef0`,
  context,
});

/** What EBS's direct APIs do with snapshots, in a foundation with their endpoint. */
export const DIRECT_READING: Readonly<Record<string, Act>> = {
  "list the blocks of a preserved copy": ebs("ListSnapshotBlocks"),
  "read a block of a preserved copy": ebs("GetSnapshotBlock"),
  "read a block of the other case's copy": ebs("GetSnapshotBlock", {
    "aws:ResourceTag/incident-response": `quarantine:${OTHER_TICKET}`,
  }),
  "read a block of a snapshot of no case": ebs("GetSnapshotBlock", {}),
  "read a block of a copy in another Region": ebs("GetSnapshotBlock", PRESERVED, "eu-west-1"),
  "compare the blocks of preserved copies": ebs("ListChangedBlocks"),
  "write a block of a preserved copy": ebs("PutSnapshotBlock"),
  "decrypt what is under the foundation key through EC2": key("foundation", "Decrypt", via("ec2")),
};
