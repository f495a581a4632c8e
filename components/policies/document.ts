import type * as aws from "@pulumi/aws";

/** A policy document of these statements, in the version of the language that knows variables. */
export function policyDocument(...Statement: aws.iam.PolicyStatement[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement };
}
