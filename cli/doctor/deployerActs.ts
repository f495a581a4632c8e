import { arnIn, bucketArn, iamArn, type Place } from "../../components/aws/arn";
import { Case } from "../../components/case";
import { CASE_ROLE_PATH } from "../../components/names";
import { claimName } from "../../components/room/slotClaims";
import { TICKET_TAG } from "../../components/tags";

/** Something that opening a room asks of AWS, as IAM is asked for it. */
export interface DeployerAct {
  /** What it does, after "may not". */
  readonly does: string;
  readonly action: string;
  readonly resource: string;

  /** What the request says, by condition key. */
  readonly context: Readonly<Record<string, string>>;
}

/** A ticket that nobody has: what a room of it would ask is asked of IAM alone. */
const NOBODYS = new Case("DOCTOR-0000");

/** What opens a room, one act for each part of the two policies of incident deployers. */
export function deployerActs(
  place: Place,
  {
    slot,
    vaultBucket,
    boundaryArn,
  }: Readonly<Record<"slot" | "vaultBucket" | "boundaryArn", string>>,
): readonly DeployerAct[] {
  const { region } = place;
  const here = { "aws:RequestedRegion": region };
  const withTicket = { ...here, [`aws:RequestTag/${TICKET_TAG}`]: NOBODYS.tag };
  return [
    {
      does: "find what a room has made",
      action: "tag:GetResources",
      resource: "*",
      context: here,
    },
    {
      does: "claim a slot",
      action: "ssm:PutParameter",
      resource: arnIn(place, "ssm", `parameter${claimName(slot)}`),
      context: here,
    },
    { does: "make a room's key", action: "kms:CreateKey", resource: "*", context: withTicket },
    {
      does: "start a workstation",
      action: "ec2:RunInstances",
      resource: arnIn(place, "ec2", "instance/*"),
      context: {
        ...withTicket,
        "ec2:MetadataHttpTokens": "required",
        "ec2:MetadataHttpPutResponseHopLimit": "1",
      },
    },
    {
      does: "make a role of a case",
      action: "iam:CreateRole",
      resource: iamArn(place, `role${CASE_ROLE_PATH}investigator-DOCTOR-0000`),
      context: { "iam:PermissionsBoundary": boundaryArn },
    },
    {
      does: "write a record",
      action: "s3:PutObject",
      resource: `${bucketArn(region, vaultBucket)}/${NOBODYS.records}a.json`,
      context: { ...here, "s3:TlsVersion": "1.3" },
    },
    {
      does: "copy evidence",
      action: "ec2:CopySnapshot",
      resource: arnIn({ ...place, accountId: "" }, "ec2", "snapshot/*"),
      context: withTicket,
    },
  ];
}
