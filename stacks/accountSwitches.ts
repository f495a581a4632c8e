import { EC2Client } from "@aws-sdk/client-ec2";

import { AccountSwitches } from "../components/account/accountSwitches";
import { findMetadataDefaults } from "../components/account/metadataDefaults";
import type { AccountSwitch } from "../components/account/switchNames";
import { sdkSettings } from "./sdkSettings";

/**
 * Sets the switches of a stack's account in its Region, if there are any.
 *
 * @throws Refusal where AWS does not tell what a switch has to leave as it is.
 */
export async function setAccountSwitches(settings: {
  readonly accountId: string;
  readonly region: string;
  readonly accountSwitches: readonly AccountSwitch[];
}): Promise<void> {
  const { accountId, region, accountSwitches: switches } = settings;
  if (switches.length > 0) {
    const metadataDefaults = switches.includes("metadata")
      ? await findMetadataDefaults(new EC2Client(sdkSettings(region)))
      : undefined;
    new AccountSwitches("account", { accountId, switches, metadataDefaults });
  }
}
