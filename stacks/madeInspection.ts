import { EC2Client } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";

import { slotsOf } from "../components/room/slotClaims";
import type { IncidentSettings } from "../settings";
import { requireOnce } from "./adoption";
import { awsCredentials } from "./awsCredentials";
import { compare, type Made } from "./comparison";
import { findMade, LOOKED_UP, throughProvider } from "./madeForRoom";
import type { StateResource } from "./stateResources";

/**
 * Compares what AWS has for the room with what the engine knows of it.
 *
 * @param claims Slots that are taken, and by which ticket.
 * @param state What the engine knows of the room.
 * @returns what AWS has and the engine was never told of.
 * @throws Refusal where something is there more than once.
 */
export async function inspectMade(
  settings: IncidentSettings,
  ticketTag: string,
  claims: ReadonlyMap<string, string>,
  state: readonly StateResource[],
): Promise<readonly Made[]> {
  const { ticket, region } = settings;
  const ec2 = new EC2Client({ region, credentials: awsCredentials(pulumi.runtime.allConfig()) });
  const claimed = slotsOf(ticket, claims);
  const { made } = await findMade(ec2, throughProvider, settings, ticketTag, claimed, state);
  const comparison = compare(made, state, LOOKED_UP);
  requireOnce(comparison, ticket.toLowerCase());
  return comparison.forgotten;
}
