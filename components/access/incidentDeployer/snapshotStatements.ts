import type * as aws from "@pulumi/aws";

import { anySnapshot, type IncidentDeployerAccess } from "./incidentDeployerAccess";

/** Preserving snapshots, and working on what was preserved. */
export function snapshotStatements(access: IncidentDeployerAccess): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "OutOfSnapshots",
      Effect: "Allow",
      Action: ["ec2:CreateVolume", "ec2:RunInstances"],
      Resource: anySnapshot(access),
    },
    {
      Sid: "PreserveSnapshots",
      Effect: "Allow",
      Action: "ec2:CopySnapshot",
      Resource: anySnapshot(access),
    },
  ];
}
