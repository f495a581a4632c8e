import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { S3Client } from "@aws-sdk/client-s3";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

/** The header by which the emulator is told whose account is meant, whoever asks. */
export const ACCOUNT_HEADER = "x-moto-account-id";

/** An account, and a Region of it. Suites that run at the same time share none. */
export interface Place {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** Clients of the services a room has something in, for one account. */
export interface Clients {
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly logs: CloudWatchLogsClient;
  readonly quotas: ServiceQuotasClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
}

/**
 * Clients for an account of the emulator, from outside of what is tested.
 *
 * @param accessKeyId Whose credentials they use. @default those of the surroundings
 */
export function clientsOf(
  endpoint: string,
  { account, region }: Place,
  accessKeyId?: string,
): Clients {
  const credentials = accessKeyId === undefined ? {} : credentialsOf(accessKeyId);
  const where = { endpoint, region, ...credentials };
  const clients = {
    ec2: new EC2Client(where),
    iam: new IAMClient(where),
    kms: new KMSClient(where),
    logs: new CloudWatchLogsClient(where),
    quotas: new ServiceQuotasClient(where),
    s3: new S3Client({ ...where, forcePathStyle: true }),
    sns: new SNSClient(where),
    ssm: new SSMClient(where),
    sts: new STSClient(where),
    tagging: new ResourceGroupsTaggingAPIClient(where),
  };
  for (const { middlewareStack } of Object.values(clients) as Pick<
    EC2Client,
    "middlewareStack"
  >[]) {
    middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers[ACCOUNT_HEADER] = account;
        return next(args);
      },
      { step: "build" },
    );
  }
  return clients;
}

function credentialsOf(accessKeyId: string) {
  return { credentials: { accessKeyId, secretAccessKey: accessKeyId } };
}
