import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
} from "./awsRequest";

/** Path of the roles that the organisation exempts, as they have a boundary of their own. */
const OWN_BOUNDARY = "/clean-room/case/";

/** The boundary that the organisation has in an account, for every role. */
export function demandedBoundary(account: string): string {
  return `arn:aws:iam::${account}:policy/organisation-boundary`;
}

/**
 * An organisation whose service control policy denies to make a role without its boundary, or to take a
 * role's away.
 *
 * Source: IAM user guide, "Permissions boundaries for IAM entities", `iam:PermissionsBoundary`.
 */
export class DemandedBoundary implements Correction {
  /** Whether the organisation has that policy. */
  public inForce = false;

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const asked = parametersOf(request);
    const action = asked.get("Action") ?? "";
    const unbounded =
      (action === "CreateRole" &&
        asked.get("Path") !== OWN_BOUNDARY &&
        asked.get("PermissionsBoundary") !== demandedBoundary(request.account)) ||
      action === "DeleteRolePermissionsBoundary";
    return this.inForce && unbounded ? denied(request.caller, action) : pass(request);
  }
}

function denied(caller: string, action: string): AwsAnswer {
  const message = `User: ${caller} is not authorized to perform: iam:${action} with an explicit deny in a service control policy`;
  const text = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error><RequestId>boundary</RequestId></ErrorResponse>`;
  return { status: 403, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
}
