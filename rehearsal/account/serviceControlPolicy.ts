import type { Account, Properties } from "./account";
import { AwsError } from "./awsError";

/** What an organisation demands of everything that is made in an account. */
export interface Demands {
  /** Keys of the tags, and regular expressions for their values. */
  readonly tags: Readonly<Record<string, string>>;

  /** ARN of the permissions boundary of every role, but of those below {@link OWN_BOUNDARY}. */
  readonly permissionsBoundary: string;
}

/** Path of the roles that the organisation exempts, as they have a boundary of their own. */
const OWN_BOUNDARY = "/clean-room/case/";

/** Fields that hold the tags of what AWS makes along with a resource. */
const NESTED: Readonly<Record<string, (inputs: Properties) => unknown>> = {
  "aws:ec2/instance:Instance": (inputs) =>
    (inputs["rootBlockDevice"] as Properties | undefined)?.["tags"],
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": (inputs) =>
    inputs["resourceTags"],
};

/**
 * Refuses, as a service control policy does, to make what lacks what the account's organisation demands.
 *
 * @param taggable Whether the type carries tags.
 * @throws AwsError in AWS's words.
 */
export function requireDemands(
  account: Account,
  type: string,
  taggable: boolean,
  inputs: Properties,
): void {
  const { demands } = account.state;
  if (demands === undefined) {
    return;
  }
  const maps = [
    ...(taggable ? [inputs["tags"]] : []),
    ...(NESTED[type] === undefined ? [] : [NESTED[type](inputs)]),
  ];
  const untagged = maps.some((tags) =>
    Object.entries(demands.tags).some(
      ([key, form]) =>
        !new RegExp(form).test((tags as Record<string, string> | undefined)?.[key] ?? ""),
    ),
  );
  const unbounded =
    type === "aws:iam/role:Role" &&
    inputs["path"] !== OWN_BOUNDARY &&
    inputs["permissionsBoundary"] !== demands.permissionsBoundary;
  if (untagged || unbounded) {
    throw new AwsError(
      "AccessDenied",
      `You are not authorized to make this ${type.split(":").at(-1)} with an explicit deny in a service control policy`,
    );
  }
}
