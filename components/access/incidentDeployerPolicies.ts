import type * as aws from "@pulumi/aws";

import { policyDocument } from "../policies/document";
import type { IncidentDeployerAccess } from "./incidentDeployer/incidentDeployerAccess";
import { type LinkAccess, linkStatements } from "./incidentDeployer/linkStatements";
import { incidentKeyStatements } from "./incidentDeployer/incidentKeyStatements";
import { lockStatements } from "./incidentDeployer/lockStatements";
import { machineStatements } from "./incidentDeployer/machineStatements";
import { recordStatements } from "./incidentDeployer/recordStatements";
import { roleStatements } from "./incidentDeployer/roleStatements";
import { slotStatements } from "./incidentDeployer/slotStatements";
import { snapshotStatements } from "./incidentDeployer/snapshotStatements";

/**
 * What it takes to open, fill and close rooms, to be attached to the roles in `incidentDeployers`:
 * two policies, as one may have 6,144 characters. Roles and records are with the evidence, where there
 * is room for them.
 * Whatever it makes carries the ticket from the start, and it changes and removes only what does. Of
 * the foundation it changes nothing; a preserved copy it can make, and not delete. KMS and the root
 * volume are tagged by calls of their own, so keys and untagged volumes of the account that are not
 * the foundation's can be given a ticket.
 *
 * Which calls the provider makes is its own affair: the emulator refuses its run whatever they do not allow.
 */
export function incidentDeployerPolicies(access: IncidentDeployerAccess): {
  readonly room: aws.iam.PolicyDocument;
  readonly evidence: aws.iam.PolicyDocument;
} {
  return {
    room: policyDocument(...slotStatements(access), ...machineStatements(access)),
    evidence: policyDocument(
      ...snapshotStatements(access),
      ...incidentKeyStatements(access),
      ...recordStatements(access),
      ...roleStatements(access),
      ...lockStatements(access),
    ),
  };
}

/**
 * What it takes beside them to link rooms to suspects of some accounts, to be attached as well: a policy of its own, as
 * the others are full, and as most foundations link to none.
 */
export function incidentDeployerLinkPolicy(access: LinkAccess): aws.iam.PolicyDocument {
  return policyDocument(...linkStatements(access));
}
