import * as pulumi from "@pulumi/pulumi";

import { awsCredentials } from "./awsCredentials";

/** Settings of an SDK client for what Pulumi's AWS provider cannot look up: a Region, and the stack's own credentials. */
export function sdkSettings(region: string) {
  return { region, credentials: awsCredentials(pulumi.runtime.allConfig()) };
}

/** Of clients whose answer a deployment does not wait long for: it goes on without. */
export function lookUpSettings(region: string) {
  return {
    ...sdkSettings(region),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000 },
  };
}
