import type { AwsRequest } from "../awsRequest";
import { credentialOf } from "../callsMade";
import { askedOf } from "./askedOf";
import type { Demand } from "./demand";
import { ec2Demands } from "./ec2Demands";
import type { Facts } from "./facts";
import { iamDemands } from "./iamDemands";
import { kmsDemands, lockOutDemand } from "./kmsDemands";
import { publishedDemands } from "./publishedDemands";
import { ramDemands } from "./ramDemands";
import { s3Demands } from "./s3Demands";
import { ssmDemands } from "./ssmDemands";
import { stsDemands } from "./stsDemands";

/** What a request asks IAM for. */
export interface Demands {
  readonly demands: readonly Demand[];

  /** What KMS asks beside it of a key's policy that is put. */
  readonly lockOut?: Demand | undefined;
}

/**
 * What a request asks IAM for, as the service authorises it.
 *
 * @throws Unmapped where nobody has said it
 */
export async function demandsOf(request: AwsRequest, facts: Facts): Promise<Demands> {
  const where = { account: request.account, region: request.region };
  if (credentialOf(request.headers).service === "s3") {
    return { demands: await s3Demands(request, where, facts) };
  }
  const asked = askedOf(request);
  switch (asked.service) {
    case "ec2":
      return { demands: await ec2Demands(asked, where, facts) };
    case "iam":
      return {
        // Asked for no user by name, IAM tells a role only that it is none.
        demands:
          asked.operation === "GetUser" && !asked.said.has("UserName")
            ? []
            : await iamDemands(asked, where, facts),
      };
    case "kms":
      return {
        demands: await kmsDemands(asked, where, facts),
        lockOut: lockOutDemand(asked, where),
      };
    case "ram":
      return { demands: ramDemands(asked, where, facts) };
    case "ssm":
      return { demands: await ssmDemands(asked, where, facts) };
    case "sts":
      return { demands: stsDemands(asked) };
    default:
      return { demands: await publishedDemands(asked, where) };
  }
}
