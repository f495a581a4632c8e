import type * as aws from "@pulumi/aws";

/** A policy document of these statements, in the version of the language that knows variables. */
export function policyDocument(...Statement: aws.iam.PolicyStatement[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement };
}

/**
 * The trust policy of a role that a service of AWS works as.
 *
 * @param service Its principal, such as `ec2.amazonaws.com`.
 * @param Condition What has to be true as well: for whose resource it asks.
 */
export function assumedBy(
  service: string,
  Condition: NonNullable<aws.iam.PolicyStatement["Condition"]>,
): aws.iam.PolicyDocument {
  return policyDocument({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    Condition,
  });
}

/**
 * Condition for a service when it works for things of this account. Of EC2, Lambda and Image Builder AWS
 * documents nowhere whether they tell for which account they take a role: where they do, it is this one.
 */
export function forThisAccount(accountId: string) {
  return { StringEqualsIfExists: { "aws:SourceAccount": accountId } };
}
