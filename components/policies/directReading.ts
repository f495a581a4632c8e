import type * as aws from "@pulumi/aws";

import { arnIn, type Place } from "../aws/arn";
import { EVERY_CASE } from "../case";
import { workstationRoles } from "../names";
import { TICKET_TAG } from "../tags";
import { viaService } from "./viaService";

/** Name of the interface endpoint of EBS's direct APIs; a foundation that has it lets rooms read their copies so. */
export const DIRECT_APIS = "ebs";

/** Whether the workstations of a foundation with these interface endpoints read their case's copies so. */
export function readsDirectly({
  interfaceEndpoints,
}: {
  readonly interfaceEndpoints: readonly string[];
}): boolean {
  return interfaceEndpoints.includes(DIRECT_APIS);
}

/** The reading half, without comparing; the other half writes snapshots. */
const READING = ["ebs:GetSnapshotBlock", "ebs:ListSnapshotBlocks"];

/** Every snapshot of a Region: its ARN names no account, so that its tag has to say whose it is. */
function everySnapshot(place: Place): string {
  return arnIn({ ...place, accountId: "" }, "ec2", "snapshot/*");
}

/**
 * Statements of a policy that reads preserved copies block by block, from the room.
 *
 * EBS asks KMS by the caller's rights, and as EC2. That no more than Decrypt is asked is what others' policies for the
 * same say, and no document of AWS's: there every right is listed that any of the direct APIs takes.
 *
 * Sources: EBS user guide, "Control access to EBS direct APIs using IAM"; Datadog's agentless scanner, its policy.
 *
 * @param ticket Value of the copies' tag, such as `quarantine:INC-1`; a pattern for every case's.
 */
export function directReading(
  place: Place & { readonly evidenceKeyArn: string; readonly vpcId: string },
  ticket: string,
): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "ReadCopiesDirectly",
      Effect: "Allow",
      Action: READING,
      Resource: everySnapshot(place),
      Condition: {
        StringEquals: { "aws:SourceVpc": place.vpcId },
        StringLike: { [`aws:ResourceTag/${TICKET_TAG}`]: ticket },
      },
    },
    {
      Sid: "DecryptCopies",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: place.evidenceKeyArn,
      Condition: { StringEquals: { "kms:ViaService": viaService(place, "ec2") } },
    },
  ];
}

/**
 * Policy of the endpoint of EBS's direct APIs: workstations alone, which read copies of cases and nothing else. The owner
 * cannot be asked for, as of these requests AWS does not say it; another account's tags nobody here is told.
 */
export function directReadingEndpointPolicy(place: Place): aws.iam.PolicyStatement {
  return {
    Sid: "WorkstationsReadCopies",
    Effect: "Allow",
    Principal: "*",
    Action: READING,
    Resource: everySnapshot(place),
    Condition: {
      ArnLike: { "aws:PrincipalArn": workstationRoles(place) },
      StringLike: { [`aws:ResourceTag/${TICKET_TAG}`]: EVERY_CASE.tag },
    },
  };
}
