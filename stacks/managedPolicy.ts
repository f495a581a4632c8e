import { GetPolicyCommand, IAMClient } from "@aws-sdk/client-iam";

import { iamArn } from "../components/aws/arn";
import { ROLE_PATH } from "../components/names";
import type { Tags } from "../components/tags";
import type { OwningStack } from "./ownership";
import { sdkSettings } from "./sdkSettings";

/**
 * A managed policy of the program's path, asked of IAM itself: the provider's look-up asks again for two minutes before it
 * says that there is none.
 *
 * @param name Its name, without the path.
 * @throws Error of the SDK where there is none, or IAM does not tell.
 */
export async function readManagedPolicy(
  of: Pick<OwningStack, "region" | "accountId">,
  name: string,
): Promise<{ readonly arn: string; readonly tags: Tags }> {
  const client = new IAMClient(sdkSettings(of.region));
  const arn = iamArn(of, `policy${ROLE_PATH}${name}`);
  const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }));
  const tags = (Policy?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]);
  return { arn, tags: Object.fromEntries(tags) as Tags };
}
