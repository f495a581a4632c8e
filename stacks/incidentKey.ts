import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import { Case } from "../components/case";
import { incidentKeyPolicy } from "../components/evidence/keys/incidentKeyPolicy";
import type { Tags } from "../components/tags";
import type { Foundation } from "./foundation";
import { INCIDENT_KEY } from "./madeForRoom";

/** Days until a key that is scheduled for deletion is gone: the fewest. It is unusable at once, and every working copy. */
export const KEY_WINDOW_DAYS = 7;

/**
 * Declares the key of a room: of its working volumes, and of its workstation's own disk.
 *
 * @param dependsOn What is there before it.
 * @param open Whether the room is open: then the key is protected.
 */
export function declareIncidentKey(
  ticket: string,
  foundation: Foundation,
  {
    dependsOn,
    open,
    tags,
  }: {
    readonly dependsOn: readonly pulumi.Resource[];
    readonly open: boolean;
    readonly tags: Tags;
  },
): aws.kms.Key {
  return new aws.kms.Key(
    INCIDENT_KEY,
    {
      description: new Case(ticket).keyDescription,
      policy: JSON.stringify(incidentKeyPolicy(foundation)),
      enableKeyRotation: true,
      deletionWindowInDays: KEY_WINDOW_DAYS,
      tags,
    },
    { protect: open, dependsOn: [...dependsOn] },
  );
}

/** Declares the name that people and look-ups find that key by. */
export function declareKeyAlias(ticket: string, key: aws.kms.Key, protect: boolean): void {
  new aws.kms.Alias(
    "incident-key-alias",
    { name: new Case(ticket).keyAlias, targetKeyId: key.id },
    { protect },
  );
}
