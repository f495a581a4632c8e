import type { KeyParties } from "../../components/evidence/keys/keyStatements";
import { caseRoles } from "../../components/names";

const role = (name: string, account = "111122223333") => `arn:aws:iam::${account}:role/${name}`;

/** Callers that the access tests ask for. */
export const ROLES = {
  workstation: role("clean-room/case/workstation-INC-2026-0042"),
  investigator: role("clean-room/case/investigator-INC-1"),
  intake: role("clean-room/case/intake-INC-1-222233334444"),
  foundationDeployer: role("foundation-deployer"),
  incidentDeployer: role("incident-deployer"),
  custodian: role("evidence-custodian"),
  /** The role that verifies cases, and a role that may assume it. */
  auditor: role("clean-room/clean-room-auditor-us-east-1"),
  internalAudit: role("internal-audit"),
  /** The role that a repository's workflows preview the foundation by. */
  previews: role("clean-room/clean-room-preview-us-east-1"),
  /** The role of the runbook that signs records. */
  signer: role("clean-room/clean-room-record-signer-us-east-1"),
  /** Somebody of the Audit account whose own policies allow everything. */
  administrator: role("administrator"),
  /** A responder of a member account of the organisation. */
  responder: role("clean-room/forensics-responder", "222233334444"),
  /** Somebody of an account outside of the organisation. */
  outsider: role("administrator", "999988887777"),
} as const;

/** An Audit account as its settings describe it. */
export const PARTIES: KeyParties = {
  region: "us-east-1",
  accountId: "111122223333",
  organizationId: "o-exampleorgid",
  foundationDeployers: [ROLES.foundationDeployer],
  incidentDeployers: [ROLES.incidentDeployer],
  custodians: [ROLES.custodian],
};

/** Matches the roles of every case. */
export const CASE_ROLES = caseRoles(PARTIES.region, PARTIES.accountId);

export const VAULT_ARN = "arn:aws:s3:::vault";
