import type * as aws from "@pulumi/aws";

import { snapshotArn } from "../../aws/arn";
import { anySnapshot, type IncidentDeployerAccess, madeWithTicket } from "./incidentDeployerAccess";

/**
 * Preserving snapshots, and working on what was preserved. EC2 asks for the snapshot that is copied and for the
 * copy that is made, each with what is told of it.
 *
 * Source: AWS storage blog, "Enhancing resource-level permissions for copying Amazon EBS snapshots".
 */
export function snapshotStatements(access: IncidentDeployerAccess): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "UseSourceSnapshots",
      Effect: "Allow",
      Action: ["ec2:CopySnapshot", "ec2:CreateVolume", "ec2:RunInstances"],
      Resource: snapshotArn(access.region, "snap-*"),
    },
    {
      // The copy has no id when it is asked for; EC2 calls it *, or otherwise tomorrow.
      Sid: "CopyWithTicket",
      Effect: "Allow",
      Action: "ec2:CopySnapshot",
      Resource: anySnapshot(access),
      Condition: madeWithTicket,
    },
  ];
}
