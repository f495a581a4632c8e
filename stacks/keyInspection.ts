import { KMSClient } from "@aws-sdk/client-kms";
import * as pulumi from "@pulumi/pulumi";

import { incidentKeyPolicy } from "../components/evidence/keyPolicies";
import { findGrants, renewedGrants } from "../components/evidence/renewedGrants";
import { requireKeyAccess } from "../components/room/incidentKeyAccess";
import type { IncidentSettings } from "../settings";
import { awsCredentials } from "./awsCredentials";
import type { Foundation } from "./foundation";

/**
 * Looks at the keys that an open room uses.
 *
 * @param deployedBy ARN of whoever deploys, as STS names the caller.
 * @param open Whether the room is open already.
 * @returns by role that was made anew since it was granted the transfer key, the name of its next grant.
 * @throws Refusal where the room's key does not know whoever deploys.
 */
export async function inspectKeys(
  settings: IncidentSettings,
  foundation: Foundation,
  deployedBy: string,
  open: Promise<boolean>,
): Promise<ReadonlyMap<string, string>> {
  const { ticket, region, responderRoles, closing } = settings;
  // Where that is not known, it is said elsewhere.
  if (!(await open.catch(() => false))) {
    return new Map();
  }
  await requireKeyAccess(ticket, region, deployedBy, incidentKeyPolicy(foundation));
  if (closing || responderRoles.length === 0) {
    return new Map();
  }
  const credentials = awsCredentials(pulumi.runtime.allConfig());
  const kms = new KMSClient({ region, credentials });
  // Where KMS does not say, the grants stay as they are.
  const grants = await findGrants(kms, foundation.transferKeyArn).catch(() => []);
  const renewed = renewedGrants(ticket, responderRoles, grants);
  for (const role of renewed.keys()) {
    void pulumi.log.warn(
      `The transfer key was granted to a role ${role} that is gone. This up grants the key to what has its name now; where nothing has, it fails with InvalidArnException: take ${role} out of responderRoles.`,
    );
  }
  return renewed;
}
