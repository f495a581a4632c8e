import * as pulumi from "@pulumi/pulumi";

import { awsCredentials, credentialsAs } from "./awsCredentials";

/**
 * Credentials of a role of another account, which those of the stack's AWS provider assume.
 *
 * @param roleArn The role; undefined for the stack's own credentials.
 */
export function credentialsOf(roleArn: string | undefined): ReturnType<typeof awsCredentials> {
  const config = pulumi.runtime.allConfig();
  return roleArn === undefined ? awsCredentials(config) : credentialsAs(roleArn, config);
}
