import type * as aws from "@pulumi/aws";

import { policyDocument } from "../policies/document";
import { Case } from "../case";
import { vaultUpload } from "../policies/vaultUpload";
import type { CaseAccess } from "./caseAccess";

/**
 * What a member account may do in the vault while its incident's room is open: put new objects below
 * `intake/<account>/<ticket>/`. It reads nothing back, its own uploads neither.
 */
export function intakePolicy(access: CaseAccess, memberAccount: string): aws.iam.PolicyDocument {
  return policyDocument(...vaultUpload(access, new Case(access.ticket).uploads(memberAccount)));
}
