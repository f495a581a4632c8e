import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { S3Client } from "@aws-sdk/client-s3";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

import type { ClientConfig } from "../../stacks/incidentState";
import type { Sts } from "../login";
import type { RoomClients } from "../mend/roomInAws";

/** AWS's services, as the commands about rooms ask them. */
export type RoomAws = RoomClients & {
  readonly logs: Pick<CloudWatchLogsClient, "send">;
  readonly quotas: Pick<ServiceQuotasClient, "send">;
  readonly s3: Pick<S3Client, "send">;
  readonly sts: Sts;
};

/** Those services, by AWS's SDK. */
export function roomAws(config: ClientConfig): RoomAws {
  return {
    ec2: new EC2Client(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    logs: new CloudWatchLogsClient(config),
    quotas: new ServiceQuotasClient(config),
    s3: new S3Client(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
    tagging: new ResourceGroupsTaggingAPIClient(config),
  };
}
