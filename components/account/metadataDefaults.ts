import { type EC2Client, GetInstanceMetadataDefaultsCommand } from "@aws-sdk/client-ec2";

import { lookUpFailure } from "../aws/failure";
import { Refusal } from "../refusal";

/** What an account has set for the metadata service of new machines in a Region; what it leaves open is undefined. */
export interface MetadataDefaults {
  readonly httpEndpoint: "enabled" | "disabled" | undefined;
  readonly httpPutResponseHopLimit: number | undefined;
  readonly instanceMetadataTags: "enabled" | "disabled" | undefined;
}

/**
 * Looks them up: the provider sends all of them at once, so what is not said again is reset. A hop limit that
 * containers live on would go.
 *
 * Source: hashicorp/terraform-provider-aws, `ec2_instance_metadata_defaults.go`.
 *
 * @throws Refusal where AWS does not tell.
 */
export async function findMetadataDefaults(client: EC2Client): Promise<MetadataDefaults> {
  try {
    const { AccountLevel: there } = await client.send(new GetInstanceMetadataDefaultsCommand({}));
    return {
      httpEndpoint: there?.HttpEndpoint,
      httpPutResponseHopLimit: there?.HttpPutResponseHopLimit,
      instanceMetadataTags: there?.InstanceMetadataTags,
    };
  } catch (error) {
    throw new Refusal("accountSwitches: metadata is not set; nothing was changed", [
      lookUpFailure("What the account has set for the metadata service of new machines", error),
    ]);
  }
}
