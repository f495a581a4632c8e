import type * as aws from "@pulumi/aws";

import { policyDocument } from "../../policies/document";
import {
  administration,
  admit,
  inspection,
  type KeyParties,
  useAndGrantsThroughEc2,
} from "./keyStatements";

/**
 * Policy of an incident's key: the working volumes and the workstation's root volume. The roles
 * that open the room administer it, destruction included: that is how working copies end. Foundation
 * deployers do too, for a room whose deployers are others by now than its key names.
 */
export function incidentKeyPolicy(parties: KeyParties): aws.iam.PolicyDocument {
  const administrators = [
    ...new Set([...parties.incidentDeployers, ...parties.foundationDeployers]),
  ];
  return policyDocument(
    administration(parties, administrators),
    admit(
      parties,
      "EndOfTheRoom",
      ["kms:CancelKeyDeletion", "kms:EnableKey", "kms:ScheduleKeyDeletion"],
      administrators,
    ),
    ...inspection(parties),
    ...useAndGrantsThroughEc2(parties),
  );
}
