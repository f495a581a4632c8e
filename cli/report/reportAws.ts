import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

import type { Sts } from "../login";
import type { StoreAws } from "./storedReport";

/** AWS's services, as the report of a case asks them: it needs nothing of Pulumi. */
export interface ReportAws {
  readonly cloudTrail: Pick<CloudTrailClient, "send">;
  readonly ec2: EC2Client;
  readonly kms: Pick<KMSClient, "send">;
  readonly logs: Pick<CloudWatchLogsClient, "send">;
  readonly s3: Pick<S3Client, "send">;
  readonly ssm: Pick<SSMClient, "send">;
  readonly sts: Sts;
}

/** Those services, by AWS's SDK, with the caller's own credentials. */
export function reportAws(region: string): ReportAws {
  return {
    // It answers two look-ups a second, to all of the account together.
    cloudTrail: new CloudTrailClient({ region, maxAttempts: 10, retryMode: "adaptive" }),
    ec2: new EC2Client({ region }),
    kms: new KMSClient({ region }),
    logs: new CloudWatchLogsClient({ region }),
    s3: new S3Client({ region }),
    ssm: new SSMClient({ region }),
    sts: new STSClient({ region }),
  };
}

/** What a report is stored by. @param profile The AWS profile whose credentials it has. @default the caller's own */
export function storeAws(region: string, profile: string | undefined): StoreAws {
  const how = { region, ...(profile === undefined ? {} : { profile }) };
  return { s3: new S3Client(how), sts: new STSClient(how) };
}

/** The Region that the surroundings name: a variable, or the profile. Undefined where none does. */
export async function regionOfCaller(): Promise<string | undefined> {
  return new STSClient({}).config.region().catch(() => undefined);
}
