import { GetAccountSummaryCommand } from "@aws-sdk/client-iam";

import { failureOf, lookUpFailure } from "../../components/aws/failure";
import type { RoomAws } from "../room/roomAws";
import type { Finding } from "./checks";

/** What a room makes in IAM: its workstation's and its investigators' role, one to upload by for an account, a profile. */
const MADE: readonly {
  readonly what: string;
  readonly used: string;
  readonly allowed: string;
  readonly needed: number;

  /** As Service Quotas knows it. */
  readonly code: string;
}[] = [
  { what: "roles", used: "Roles", allowed: "RolesQuota", needed: 3, code: "L-FE177D64" },
  {
    what: "instance profiles",
    used: "InstanceProfiles",
    allowed: "InstanceProfilesQuota",
    needed: 1,
    code: "L-6E65F664",
  },
];

/**
 * Compares what a room makes in IAM with what the account is allowed, as IAM itself tells both: it is of no Region, and
 * Service Quotas has its quotas in one alone. Managed policies are not among them, as a room makes none.
 *
 * Source: IAM API reference, GetAccountSummary; IAM user guide, "IAM and AWS STS quotas".
 *
 * @param accountId 12 digits.
 */
export async function findIamQuotas(
  iam: Pick<RoomAws["iam"], "send">,
  accountId: string,
): Promise<Finding[]> {
  try {
    const { SummaryMap = {} } = await iam.send(new GetAccountSummaryCommand({}));
    const summary: Readonly<Record<string, number | undefined>> = SummaryMap;
    return MADE.map(({ what, used, allowed, needed, code }): Finding => {
      const [inUse, most] = [summary[used], summary[allowed]];
      if (inUse === undefined || most === undefined) {
        return {
          verdict: "unknown",
          said: `How many ${what} are allowed in ${accountId} (quota ${code}) IAM does not tell.`,
        };
      }
      const said = `Of ${most} ${what} in ${accountId} (quota ${code}) ${inUse} are in use; a room of one member account takes ${needed}`;
      return inUse + needed <= most
        ? { verdict: "good", said: `${said}.` }
        : {
            verdict: "mend",
            said: `${said}: have it raised where Service Quotas has those of IAM: aws service-quotas request-service-quota-increase --region us-east-1 --service-code iam --quota-code ${code} --desired-value ${inUse + needed}`,
          };
    });
  } catch (error) {
    const what = `How many roles and instance profiles are allowed in ${accountId}, and in use,`;
    return [
      {
        verdict: "unknown",
        said:
          failureOf(error) === "denied"
            ? `${what} is not known: these credentials may not ask IAM (iam:GetAccountSummary). The role for previews may, and whoever deploys the foundation.`
            : lookUpFailure(what, error),
      },
    ];
  }
}
