import { type Place, snapshotArn } from "../../aws/arn";
import { EVERY_CASE } from "../../case";
import { TICKET_TAG } from "../../tags";

/** What the policy of those who open and close rooms is made from. */
export interface IncidentDeployerAccess {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;
  readonly vpcId: string;
  readonly vaultArn: string;
  readonly evidenceKeyArn: string;
  readonly transferKeyArn: string;

  /** Name of the parameter in which the newest forensics image is published. */
  readonly amiParameter: string;

  /** ARN of the permissions boundary without which no role can be made. */
  readonly boundaryArn: string;

  /** ARNs of the roles that open rooms, which these policies are for; may end in `*`. */
  readonly incidentDeployers: readonly string[];

  /** ARN of the role that the runbook that locks preserved copies works as. */
  readonly runbookRoleArn: string;
}

/** Condition for what is made with a ticket from the start. */
export const madeWithTicket = {
  StringLike: { [`aws:RequestTag/${TICKET_TAG}`]: EVERY_CASE.tag },
};

/** Condition for what carries a ticket. */
export const carriesTicket = {
  StringLike: { [`aws:ResourceTag/${TICKET_TAG}`]: EVERY_CASE.tag },
};

/** Every snapshot of the Region: an ARN of one names no owner. */
export function anySnapshot({ region }: Pick<Place, "region">): string {
  return snapshotArn(region, "*");
}
