import type * as aws from "@pulumi/aws";

import type { Place } from "../aws/arn";
import { DIRECT_APIS, directReadingEndpointPolicy } from "../policies/directReading";
import { policyDocument } from "../policies/document";
import { partitionOf } from "../aws/partition";

/** Services whose calls name no resource, so that nobody's can be asked for. */
const WITHOUT_RESOURCES = ["ec2messages", "ssmmessages"];

/** Services of which every login needs a call that may come without the owner of a resource. */
const OF_EVERY_LOGIN = ["logs", "ssm"];

/**
 * Policy of an interface endpoint: only this account's principals, and only what this account owns.
 * Malware on a suspect's disk brings its own credentials and its own buckets; neither passes.
 *
 * That a request carries `aws:ResourceAccount` AWS does not say of one that names no resource, such as
 * the agent's look for the sessions' log group, without which it refuses every session. Where a login
 * depends on it, an owner is compared if there is one.
 *
 * The wildcards grant nothing: an endpoint policy limits what the callers' own policies allow.
 *
 * Source: Service Authorization Reference, resource types of ssmmessages, ec2messages, logs and ssm.
 */
export function interfaceEndpointPolicy(service: string, place: Place): aws.iam.PolicyDocument {
  const { accountId } = place;
  if (service === DIRECT_APIS) {
    return policyDocument(directReadingEndpointPolicy(place));
  }
  const caller = { "aws:PrincipalAccount": accountId };
  const owner = { "aws:ResourceAccount": accountId };
  return policyDocument({
    Sid: "OwnPrincipalsOwnResources",
    Effect: "Allow",
    Principal: "*",
    Action: `${service.split(".")[0]}:*`,
    Resource: "*",
    Condition: WITHOUT_RESOURCES.includes(service)
      ? { StringEquals: caller }
      : OF_EVERY_LOGIN.includes(service)
        ? { StringEquals: caller, StringEqualsIfExists: owner }
        : { StringEquals: { ...caller, ...owner } },
  });
}

/**
 * Policy of the S3 gateway endpoint: this account's principals and buckets, and no others, AWS's own
 * neither. Whoever asks one of those for an object's name by credentials of their own reads the name in
 * their own trail, whether the object is there or not; the agent updates nothing in a room.
 *
 * Sources: CloudTrail API reference, DataResource; S3 user guide, "Logging options for Amazon S3".
 */
export function s3EndpointPolicy(accountId: string): aws.iam.PolicyDocument {
  return policyDocument({
    Sid: "OwnPrincipalsOwnBuckets",
    Effect: "Allow",
    Principal: "*",
    Action: [
      "s3:AbortMultipartUpload",
      "s3:GetBucketLocation",
      "s3:GetEncryptionConfiguration",
      "s3:GetObject",
      "s3:GetObjectAttributes",
      "s3:GetObjectVersion",
      "s3:ListBucket",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ],
    Resource: "*",
    Condition: {
      StringEquals: { "aws:PrincipalAccount": accountId, "aws:ResourceAccount": accountId },
    },
  });
}

/** The DNS names a room may look up: those of its endpoints. */
export function endpointDomains(region: string, services: readonly string[]): string[] {
  const suffix = `${region}.${partitionOf(region).dnsSuffix}`;
  return [...services.map((service) => `${service}.${suffix}`), `s3.${suffix}`, `*.s3.${suffix}`];
}
