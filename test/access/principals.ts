import { foundationDeployerPolicies } from "../../components/access/foundationDeployerPolicies";
import { memberDeployerPolicies } from "../../components/access/memberDeployerPolicies";
import { COPYING_OPERATIONS } from "../../components/evidence/keys/copyingGrants";
import { SAML_PROVIDER, SUSPECT_KEY, TOKEN_PROVIDER } from "../support/examples";
import { ROLES } from "../support/parties";
import { EVERYTHING } from "../support/simulator";
import {
  type Grant,
  KEY,
  LEFT_TO_THE_MEMBER,
  type Placed,
  type Policy,
  ROLE,
  RUNBOOK_ROLES,
} from "./documents";

/** Somebody whose access the table is about. */
export interface Principal {
  readonly arn: string;

  /** The principal's own policies, by name; `everything` where they are not of this program. */
  readonly identity: readonly string[];

  /** Whether the role is within the boundary of the roles of a case. */
  readonly bounded?: boolean;

  /** Whether its requests pass the endpoints of the forensics VPC. */
  readonly inTheRoom?: boolean;

  /** Which grants there are when it acts. */
  readonly grants?: "grants" | "grantsAfterwards";

  /** A grant that it was given besides. */
  readonly granted?: Grant;

  /**
   * Whether its own policy has to allow what a grant does, as where KMS asked for both sides across
   * accounts; ours gives both.
   */
  readonly needsBothSides?: boolean;

  /** The organisation its account is of; undefined for none. */
  readonly organization: string | undefined;
}

/** What copying takes, and a data key beside it. */
const GRANTED = [...COPYING_OPERATIONS.filter((each) => each !== "DescribeKey"), "GenerateDataKey"];

const OURS = "o-exampleorgid";
const nothing = { identity: [], organization: OURS };
const everything = { identity: ["everything"], organization: OURS };
const caseRole = { bounded: true, organization: OURS };
const incidentDeployer = {
  arn: ROLES.incidentDeployer,
  identity: [
    "incident deployer, room",
    "incident deployer, evidence",
    "incident deployer, link",
    "incident deployer, to contain",
    "incident deployer, to acquire",
  ],
  organization: OURS,
};

/**
 * Where a principal's own policies are the organisation's and not this program's, they allow
 * everything: what is denied is denied whatever they say.
 */
export const PRINCIPALS: Readonly<Record<string, Principal>> = {
  workstation: { arn: ROLES.workstation, identity: ["workstation"], inTheRoom: true, ...caseRole },
  "workstation's credentials elsewhere": {
    arn: ROLES.workstation,
    identity: ["workstation"],
    ...caseRole,
  },
  investigator: {
    arn: "arn:aws:iam::111122223333:role/clean-room/case/investigator-INC-2026-0042",
    identity: ["investigator"],
    ...caseRole,
  },
  "investigator of another case": {
    arn: "arn:aws:iam::111122223333:role/clean-room/case/investigator-INC-2026-0043",
    identity: ["other investigator"],
    ...caseRole,
  },
  "a case's role given everything": {
    arn: ROLES.workstation,
    identity: ["everything"],
    ...caseRole,
  },
  "a case's role given everything in the room": {
    arn: ROLES.workstation,
    identity: ["everything"],
    inTheRoom: true,
    ...caseRole,
  },
  "intake of the member account": {
    arn: "arn:aws:iam::111122223333:role/clean-room/case/intake-INC-2026-0042-222233334444",
    identity: ["intake"],
    ...caseRole,
  },
  "member's responder during the incident": {
    arn: ROLES.responder,
    ...everything,
    grants: "grants",
  },
  "member's responder after the incident": {
    arn: ROLES.responder,
    ...everything,
    grants: "grantsAfterwards",
  },
  "somebody else of the member account": {
    arn: "arn:aws:iam::222233334444:role/administrator",
    ...everything,
    grants: "grants",
  },
  "another account of the organisation": {
    arn: "arn:aws:iam::333344445555:role/administrator",
    ...everything,
    grants: "grants",
  },
  outsider: {
    arn: ROLES.outsider,
    identity: ["everything"],
    organization: "o-otherorg00",
    grants: "grants",
  },
  "suspect's own credentials in the room": {
    arn: ROLES.outsider,
    identity: ["everything"],
    organization: undefined,
    inTheRoom: true,
  },
  "incident deployer during the incident": { ...incidentDeployer, grants: "grants" },
  "incident deployer after the incident": { ...incidentDeployer, grants: "grantsAfterwards" },
  "incident deployer given everything": {
    arn: ROLES.incidentDeployer,
    ...everything,
    grants: "grants",
  },
  auditor: { arn: ROLES.auditor, identity: ["auditor"], organization: OURS },
  previews: { arn: ROLES.previews, identity: ["previews"], organization: OURS },
  // What a resource's own policy lets them do, without a word of their own.
  "incident deployer given nothing": { arn: ROLES.incidentDeployer, ...nothing },
  "custodian given nothing": { arn: ROLES.custodian, ...nothing },
  "auditor given nothing": { arn: ROLES.auditor, ...nothing },
  "previews given nothing": { arn: ROLES.previews, ...nothing },
  "who is named as auditor given nothing": { arn: ROLES.internalAudit, ...nothing },
  "who is named as investigator given nothing": {
    arn: "arn:aws:iam::111122223333:role/investigator",
    ...nothing,
  },
  // What holds a role of a case were its boundary taken off.
  "workstation without the boundary": {
    arn: ROLES.workstation,
    identity: ["workstation"],
    inTheRoom: true,
    organization: OURS,
  },
  "investigator without the boundary": {
    arn: "arn:aws:iam::111122223333:role/clean-room/case/investigator-INC-2026-0042",
    identity: ["investigator"],
    organization: OURS,
  },
  // What the endpoints refuse whoever is let everything.
  "administrator of the Audit account in the room": {
    arn: ROLES.administrator,
    ...everything,
    inTheRoom: true,
  },
  "foundation deployer": { arn: ROLES.foundationDeployer, ...everything },
  "foundation deployer by its own policies": {
    arn: ROLES.foundationDeployer,
    identity: ["look", "network", "keeping", "roles"].map((part) => `foundation deployer, ${part}`),
    organization: OURS,
  },
  "who was given the foundation's policy of administrators alone": {
    arn: "arn:aws:iam::111122223333:role/administrators-deployer",
    identity: ["foundation deployer, administrators"],
    organization: OURS,
  },
  "member deployer by its own policies": {
    arn: "arn:aws:iam::222233334444:role/member-deployer",
    identity: ["member deployer, stack", "member deployer, administrators"],
    organization: OURS,
    needsBothSides: true,
  },
  custodian: { arn: ROLES.custodian, ...everything },
  "administrator of the Audit account": { arn: ROLES.administrator, ...everything },
  "root user of the Audit account": { arn: "arn:aws:iam::111122223333:root", ...everything },
  // Were its policy ever widened: what else keeps it from changing anything.
  "auditor given everything": { arn: ROLES.auditor, ...everything },
  "who is named as auditor": { arn: ROLES.internalAudit, ...everything },
  "who is named as investigator": {
    arn: "arn:aws:iam::111122223333:role/investigator",
    ...everything,
  },
  "outsider who was granted the transfer key": {
    arn: ROLES.outsider,
    identity: ["everything"],
    organization: "o-otherorg00",
    granted: {
      key: KEY("transfer"),
      grantee: ROLES.outsider,
      operations: GRANTED,
    },
  },
  "outsider of no organisation who was granted the transfer key": {
    arn: ROLES.outsider,
    identity: ["everything"],
    organization: undefined,
    granted: {
      key: KEY("transfer"),
      grantee: ROLES.outsider,
      operations: GRANTED,
    },
  },
  "member's responder by its own policy": {
    arn: ROLES.responder,
    identity: ["responder", "responder, to contain", "responder, to acquire"],
    organization: OURS,
    grants: "grants",
    needsBothSides: true,
  },
  "member's role that grants suspects' keys": {
    arn: SUSPECT_KEY.assumeRole,
    identity: ["suspect key grants"],
    organization: OURS,
  },
  "member's role that grants its transfer key given everything": {
    arn: "arn:aws:iam::222233334444:role/clean-room/transfer-key-grants",
    ...everything,
  },
  "member's role that grants its transfer key": {
    arn: "arn:aws:iam::222233334444:role/clean-room/transfer-key-grants",
    identity: ["transfer key grants"],
    organization: OURS,
  },
  "member's runbook that contains": {
    arn: "arn:aws:iam::222233334444:role/clean-room/containment-runbook",
    identity: ["containment"],
    organization: OURS,
  },
  "member's role that starts containment": {
    arn: "arn:aws:iam::222233334444:role/clean-room/containment-start",
    identity: ["start of containment", "start of containment, to acquire"],
    organization: OURS,
  },
  "member's runbook that acquires": {
    arn: "arn:aws:iam::222233334444:role/clean-room/acquisition-runbook",
    identity: ["acquisition"],
    organization: OURS,
  },
  "Audit account's role that has instances contained": {
    arn: "arn:aws:iam::111122223333:role/clean-room/containment-administration-us-east-1",
    identity: ["administration of containment"],
    organization: OURS,
  },
  "member's role that links rooms": {
    arn: "arn:aws:iam::222233334444:role/clean-room/suspect-link",
    identity: ["link"],
    organization: OURS,
  },
  "who is named as the member's responder": {
    arn: "arn:aws:iam::111122223333:role/responder",
    ...everything,
  },
  "runbook that answers findings": {
    arn: RUNBOOK_ROLES["answers findings"],
    identity: ["runbook, answers findings"],
    organization: OURS,
  },
  "starter of the runbook that answers findings": {
    arn: ROLE("containment-findings-starter"),
    identity: ["starter, answers findings"],
    organization: OURS,
  },
  "runbook that locks": {
    arn: ROLE("snapshot-lock-runbook"),
    identity: ["runbook, locks"],
    organization: OURS,
  },
  "starter of the runbook that locks": {
    arn: ROLE("snapshot-lock-starter"),
    identity: ["starter, locks"],
    organization: OURS,
  },
  "runbook that holds": {
    arn: ROLE("vault-hold-runbook"),
    identity: ["runbook, holds"],
    organization: OURS,
  },
  "starter of the runbook that holds": {
    arn: ROLE("vault-hold-starter"),
    identity: ["starter, holds"],
    organization: OURS,
  },
  "role of the runbook that holds given everything": {
    arn: ROLE("vault-hold-runbook"),
    ...everything,
  },
  "runbook that signs": {
    arn: RUNBOOK_ROLES.signs,
    identity: ["runbook, signs"],
    organization: OURS,
  },
  "starter of the runbook that signs": {
    arn: ROLE("vault-signing-starter"),
    identity: ["starter, signs"],
    organization: OURS,
  },
  "role of the runbook that signs given everything": {
    arn: RUNBOOK_ROLES.signs,
    ...everything,
  },
  "automation read-only": {
    arn: "arn:aws:iam::111122223333:role/aws-controltower-AuditReadOnlyRole",
    identity: ["automation, read-only"],
    organization: OURS,
  },
  "automation administrator": {
    arn: "arn:aws:iam::111122223333:role/aws-controltower-AuditAdministratorRole",
    identity: ["automation, administrator"],
    organization: OURS,
  },
  "people of the identity provider": {
    arn: SAML_PROVIDER,
    identity: [],
    organization: undefined,
  },
  "GitHub's workflows": { arn: TOKEN_PROVIDER, identity: [], organization: undefined },
  EC2: { arn: "ec2.amazonaws.com", identity: [], organization: undefined },
  Lambda: { arn: "lambda.amazonaws.com", identity: [], organization: undefined },
  "Systems Manager": { arn: "ssm.amazonaws.com", identity: [], organization: undefined },
  EventBridge: { arn: "events.amazonaws.com", identity: [], organization: undefined },
  CloudWatch: { arn: "cloudwatch.amazonaws.com", identity: [], organization: undefined },
  CloudTrail: { arn: "cloudtrail.amazonaws.com", identity: [], organization: undefined },
  "CloudWatch Logs": { arn: "logs.us-east-1.amazonaws.com", identity: [], organization: undefined },
  "VPC flow logs": { arn: "vpc-flow-logs.amazonaws.com", identity: [], organization: undefined },
  "S3's log delivery": { arn: "logging.s3.amazonaws.com", identity: [], organization: undefined },
  "Image Builder": {
    arn: "arn:aws:iam::111122223333:role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder",
    identity: ["Image Builder's own policy"],
    organization: OURS,
  },
};

/** Policies by whose they are and what they are about. */
function named(whose: string, parts: Readonly<Record<string, object>>): Placed["policies"] {
  return Object.fromEntries(
    Object.entries(parts).map(([part, policy]) => [`${whose}, ${part}`, policy as Policy]),
  );
}

/** Policies that are not placed by the stacks. */
export const GIVEN: Placed["policies"] = {
  everything: EVERYTHING,
  // They are attached before there is a stack.
  ...named(
    "foundation deployer",
    foundationDeployerPolicies({ region: "us-east-1", accountId: "111122223333" }),
  ),
  ...named(
    "member deployer",
    memberDeployerPolicies({ region: "us-east-1", accountId: "222233334444" }),
  ),
  // Left to the policies of whoever asks, of whatever account.
  "open to all": {
    Statement: EVERYTHING.Statement.map((statement) => ({
      ...statement,
      Principal: {
        AWS: ["111122223333", "222233334444", "333344445555", "999988887777"].map(
          (account) => `arn:aws:iam::${account}:root`,
        ),
      },
    })),
  },
  // What KMS puts into the policy of a key of the Audit account.
  "left to the Audit account": {
    Statement: [{ ...LEFT_TO_THE_MEMBER, Principal: { AWS: "arn:aws:iam::111122223333:root" } }],
  },
  "anybody's bucket": {
    Statement: [
      {
        Effect: "Allow",
        Principal: "*",
        Action: ["s3:GetObject", "s3:PutObject"],
        // Roles and users, not AWS's own services.
        Condition: { StringLike: { "aws:PrincipalArn": "arn:*" } },
        Resource: ["arn:aws:s3:::elsewhere/*", "arn:aws:s3:::amazon-ssm-us-east-1/*"],
      },
    ],
  },
  // An account's own keys, with the policy that KMS gives them.
  "member's own key": { Statement: [LEFT_TO_THE_MEMBER] },
  "outsider's key, open to the Audit account": {
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: "kms:CreateGrant",
        Resource: "*",
      },
    ],
  },
  // It named its administrators, and left it to their own policies what they may.
  "incident key of an earlier program": {
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: "kms:PutKeyPolicy",
        Resource: "*",
        Condition: { ArnLike: { "aws:PrincipalArn": [ROLES.incidentDeployer] } },
      },
    ],
  },
  // As the policy of aws/ebs, which nobody can change.
  "member's default key": {
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:CreateGrant",
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey*",
          "kms:ReEncrypt*",
        ],
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:CallerAccount": "222233334444",
            "kms:ViaService": "ec2.us-east-1.amazonaws.com",
          },
        },
      },
    ],
  },
  // As AWSServiceRoleForImageBuilder, version 25: KMS through EC2 only.
  "Image Builder's own policy": {
    Statement: [
      {
        Effect: "Allow",
        Action: ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"],
        Resource: "*",
        Condition: { StringLike: { "kms:ViaService": "ec2.*.amazonaws.com" } },
      },
    ],
  },
};

/** Principals that the table names together. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "incident deployer": [
    "incident deployer during the incident",
    "incident deployer after the incident",
    "incident deployer given everything",
  ],
  "whoever is allowed everything in the Audit account": [
    "foundation deployer",
    "custodian",
    "administrator of the Audit account",
    "root user of the Audit account",
    "who is named as investigator",
    "who is named as auditor",
    "auditor given everything",
    "who is named as the member's responder",
    "role of the runbook that holds given everything",
    "role of the runbook that signs given everything",
    "incident deployer given everything",
    "administrator of the Audit account in the room",
  ],
  "a case's role given everything": ["a case's role given everything in the room"],
  "whoever is allowed everything in another account": [
    "member's responder during the incident",
    "member's responder after the incident",
    "somebody else of the member account",
    "member's role that grants its transfer key given everything",
    "another account of the organisation",
    "outsider",
    "outsider who was granted the transfer key",
    "outsider of no organisation who was granted the transfer key",
  ],
  "whoever is allowed everything in the member account": [
    "member's responder during the incident",
    "member's responder after the incident",
    "somebody else of the member account",
    "member's role that grants its transfer key given everything",
  ],
};
