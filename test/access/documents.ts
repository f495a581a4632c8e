import { LOCK_RUNBOOK } from "../../components/names";
import { arnOf, deploy, type Deployment } from "../support/deployment";
import {
  ACQUISITION_OF_MANY,
  answersOf,
  ec2Of,
  auditConfig,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  memberConfig,
  PREVIEW_ROLE,
  SNAPSHOT,
  SUSPECT_KEY,
  TICKET,
  TOKEN_PROVIDER_ANSWER,
  TRANSFER_KEY,
} from "../support/examples";
import { VaultInMemory } from "../support/vaultInMemory";
import { ROLES } from "../support/parties";

/** A policy document. */
export interface Policy {
  readonly Version?: string;
  readonly Statement: readonly object[];
}

/** A grant of KMS. */
export interface Grant {
  readonly key: string;
  readonly grantee: string;
  readonly operations: readonly string[];
}

/** What decides about access, as the stacks really place it. */
export interface Placed {
  readonly policies: Readonly<Record<string, Policy>>;

  /** Grants while the room is open, and those that are left once it closes. */
  readonly grants: readonly Grant[];
  readonly grantsAfterwards: readonly Grant[];

  /** The policies that are placed no more once it closes. */
  readonly goneAfterwards: readonly string[];
}

/** The other case: its room is open at the same time. */
export const OTHER_TICKET = "INC-2026-0043";

export const VAULT = FOUNDATION_OUTPUTS.vaultArn;
export const KEY = (name: string) => `arn:aws:kms:us-east-1:111122223333:key/${name}`;

export const ROLE = (name: string) => `arn:aws:iam::111122223333:role/clean-room/${name}`;
export const RULE = (name: string) => `arn:aws:events:us-east-1:111122223333:rule/${name}`;
export const TOPIC = "arn:aws:sns:us-east-1:111122223333:runbook-alarm";

/** The topic of the alarms that no key is needed for. */
export const KEYLESS_TOPIC = "arn:aws:sns:us-east-1:111122223333:runbook-alarm-keyless";

/** The alarm that an event could not start a runbook. */
export const NOT_STARTED =
  "arn:aws:cloudwatch:us-east-1:111122223333:alarm:runbook-alarm-not-started";

/** The alarm that the e-mail about a failed runbook could not be sent. */
export const NOT_TOLD = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:runbook-alarm-not-told";

/** The runbooks that events start, by what they do: what their components are called. */
export const RUNBOOKS = {
  "answers findings": "containment-findings",
  holds: "vault-hold",
  locks: "snapshot-lock",
  signs: "vault-signing",
} as const;

/** The roles that they work as. */
export const RUNBOOK_ROLES: Readonly<Record<keyof typeof RUNBOOKS, string>> = {
  "answers findings": ROLE("containment-findings-us-east-1"),
  holds: ROLE("vault-hold-runbook"),
  locks: ROLE("snapshot-lock-runbook"),
  signs: ROLES.signer,
};

/** What KMS puts into the policy of a key of the member account: it leaves everything to the account's IAM. */
export const LEFT_TO_THE_MEMBER = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::222233334444:root" },
  Action: "kms:*",
  Resource: "*",
};

/** The isolation group of the member account's first VPC. */
export const ISOLATION_GROUP = "sg-0123456789abcdef0";

/** What the mocks call things, and what they are called in a real account. */
const REAL: readonly (readonly [string, string])[] = [
  [arnOf("vault-bucket"), VAULT],
  [arnOf("vault-access-logs"), "arn:aws:s3:::vault-logs"],
  ...["foundation", "evidence", "transfer", "signing"].map(
    (key) => [arnOf(`keys-${key}`), KEY(key)] as const,
  ),
  [arnOf("incident-key"), KEY("incident")],
  [arnOf("case-boundary"), FOUNDATION_OUTPUTS.boundaryArn],
  [arnOf("vault-events-logs"), "arn:aws:s3:::trail-logs"],
  ...Object.entries(RUNBOOKS).flatMap(([does, name]) => [
    [arnOf(`${name}-runbook-role`), RUNBOOK_ROLES[does as keyof typeof RUNBOOKS]] as const,
    [arnOf(`${name}-event`), RULE(`${name}-event`)] as const,
  ]),
  [arnOf("runbook-alarm-topic"), TOPIC],
  [arnOf("runbook-alarm-keyless-topic"), KEYLESS_TOPIC],
  [arnOf(`runbook-alarm-${LOCK_RUNBOOK}-not-started`), NOT_STARTED],
  [arnOf("runbook-alarm-failed"), RULE("runbook-alarm-failed")],
  [arnOf("runbook-alarm-key-changed"), RULE("runbook-alarm-key-changed")],
  [arnOf("runbook-alarm-not-told"), NOT_TOLD],
  [TRANSFER_KEY, KEY("transfer")],
  [arnOf("transfer-keys-us-east-1"), "arn:aws:kms:us-east-1:222233334444:key/transfer"],
  ["forensics-vpc-id", FOUNDATION_OUTPUTS.vpcId],
  ["isolation-vpc-0123456789abcdef0-sg-id", ISOLATION_GROUP],
];

/** Deploys the stacks without an engine and collects what they place. */
export async function placed(): Promise<Placed> {
  const members = [ROLES.responder];
  const account = {
    claims: { "us-east-1a-1": TICKET, "us-east-1a-2": OTHER_TICKET },
    snapshots: { [SNAPSHOT]: { ownerId: "222233334444", state: "completed" } },
  };
  const vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket);
  const room = (ticket: string, changes: object) =>
    deploy(ticket.toLowerCase(), incidentConfig({ ticket, responderRoles: members, ...changes }), {
      // The examples' state is that of the first room; the other one is opened here.
      answers: answersOf({ ...account, stateLost: ticket !== TICKET }),
      // Of the other one, the foundation demands a source identity.
      foundation: {
        ...FOUNDATION_OUTPUTS,
        directReading: true,
        sourceIdentity: ticket === TICKET ? "off" : "demanded",
      },
      ec2: ec2Of(account),
      vault,
    });
  const investigators = ["arn:aws:iam::111122223333:role/investigator"];
  const audit = await deploy(
    "audit",
    auditConfig({
      image: "off",
      interfaceEndpoints: ["ssm", "ssmmessages", "kms", "logs", "ebs"],
      sourceIdentity: "demanded",
      automationRoles: "create",
      previewRole: PREVIEW_ROLE,
      linkedAccounts: ["222233334444"],
      containmentAccounts: ["222233334444"],
      containmentFindings: ["Backdoor:EC2/*"],
      containmentFindingsAct: "contain",
      vault: { trial: true, mode: "GOVERNANCE", days: 1, legalHold: true },
    }),
    { answers: TOKEN_PROVIDER_ANSWER },
  );
  const member = await deploy(
    "member-222233334444",
    memberConfig({
      automationRoles: "create",
      transferKey: "on",
      link: "on",
      containment: "on",
      acquisition: ACQUISITION_OF_MANY,
      incidentDeployers: [ROLES.incidentDeployer],
    }),
  );
  const suspectKeys = [SUSPECT_KEY];
  const own = await room(TICKET, { investigators, suspectKeys });
  const other = await room(OTHER_TICKET, { investigators, slot: "us-east-1a-2" });
  const close = () => room(TICKET, { investigators, suspectKeys, closing: true });
  // The first time writes the record, and only with it in the vault the second takes anything away.
  vault.keep((await close()).named("closing-record"));
  const closing = await close();

  const of = (stack: Deployment, name: string, property = "policy") =>
    [stack, name, property] as const;
  const where: Record<string, readonly [Deployment, string, string]> = {
    vault: of(audit, "vault-policy"),
    "access logs": of(audit, "vault-access-logs-policy"),
    "foundation key": of(audit, "keys-foundation"),
    "evidence key": of(audit, "keys-evidence"),
    "transfer key": of(audit, "keys-transfer"),
    "signing key": of(audit, "keys-signing"),
    "incident key": of(own, "incident-key"),
    "trail's log files": of(audit, "vault-events-logs-policy"),
    boundary: of(audit, "case-boundary"),
    "endpoint of s3": of(audit, "endpoints-s3"),
    "endpoint of ebs": of(audit, "endpoints-ebs"),
    "endpoint of kms": of(audit, "endpoints-kms"),
    "endpoint of logs": of(audit, "endpoints-logs"),
    "endpoint of ssm": of(audit, "endpoints-ssm"),
    "endpoint of ssmmessages": of(audit, "endpoints-ssmmessages"),
    "incident deployer, room": of(audit, "incident-deployer-room"),
    "incident deployer, evidence": of(audit, "incident-deployer-evidence"),
    "incident deployer, link": of(audit, "incident-deployer-link"),
    workstation: of(own, `clean-room-${TICKET}-policy`),
    "workstation's trust": of(own, `clean-room-${TICKET}-role`, "assumeRolePolicy"),
    investigator: of(own, "case-investigator-policy"),
    "investigator's trust": of(own, "case-investigator", "assumeRolePolicy"),
    "other investigator": of(other, "case-investigator-policy"),
    "other investigator's trust": of(other, "case-investigator", "assumeRolePolicy"),
    intake: of(own, "case-intake-222233334444-policy"),
    "intake's trust": of(own, "case-intake-222233334444", "assumeRolePolicy"),
    auditor: of(audit, "auditor-policy"),
    "auditor's trust": of(audit, "auditor-role", "assumeRolePolicy"),
    previews: of(audit, "preview-policy"),
    "previews' trust": of(audit, "preview-role", "assumeRolePolicy"),
    "flow logs' trust": of(audit, "forensics-flow-log-writer", "assumeRolePolicy"),
    "alarm topic": of(audit, "runbook-alarm-topic-policy"),
    "alarm topic without a key": of(audit, "runbook-alarm-keyless-topic-policy"),
    "automation, read-only": of(audit, "automation-read-only-policy"),
    "automation's trust, read-only": of(audit, "automation-read-only", "assumeRolePolicy"),
    "automation, administrator": of(audit, "automation-administrator-policy"),
    "automation's trust, administrator": of(audit, "automation-administrator", "assumeRolePolicy"),
    responder: of(member, "roles-responder-policy"),
    "responder's trust": of(member, "roles-responder", "assumeRolePolicy"),
    "member's transfer key": of(member, "transfer-keys-us-east-1"),
    "transfer key grants": of(member, "transfer-keys-grants-policy"),
    "transfer key grants' trust": of(member, "transfer-keys-grants", "assumeRolePolicy"),
    link: of(member, "link-policy"),
    "link's trust": of(member, "link-role", "assumeRolePolicy"),
    containment: of(member, "containment-policy"),
    "containment's trust": of(member, "containment-role", "assumeRolePolicy"),
    "responder, to contain": of(member, "containment-start"),
    "responder, to acquire": of(member, "acquisition-send"),
    acquisition: of(member, "acquisition-policy"),
    "acquisition's trust": of(member, "acquisition-role", "assumeRolePolicy"),
    "start of containment, to acquire": of(member, "acquisition-central-policy"),
    "incident deployer, to acquire": of(audit, "acquisition-start"),
    "start of containment": of(member, "containment-central-policy"),
    "start of containment's trust": of(member, "containment-central-role", "assumeRolePolicy"),
    "administration of containment": of(audit, "containment-policy"),
    "administration of containment's trust": of(audit, "containment-role", "assumeRolePolicy"),
    "incident deployer, to contain": of(audit, "containment-start"),
    "saml audit's trust": of(member, "roles-securityaudit", "assumeRolePolicy"),
    "saml response's trust": of(member, "roles-securityresponse", "assumeRolePolicy"),
    "execution's trust, read-only": of(member, "roles-read-only-execution", "assumeRolePolicy"),
    "execution's trust, administrator": of(
      member,
      "roles-administrator-execution",
      "assumeRolePolicy",
    ),
  };
  for (const [does, name] of Object.entries(RUNBOOKS)) {
    for (const who of ["runbook", "starter"]) {
      where[`${who}, ${does}`] = of(audit, `${name}-${who}-policy`);
      where[`${who}'s trust, ${does}`] = of(audit, `${name}-${who}-role`, "assumeRolePolicy");
    }
  }
  const [{ statement } = { statement: "" }] = member.outputs["suspectKeyStatements"] as {
    statement: string;
  }[];
  return {
    policies: {
      ...Object.fromEntries(
        Object.entries(where).map(([name, [stack, resource, property]]) => {
          const document = stack.named(resource).inputs[property];
          // A role's trust and an inline policy may be given as an object too.
          const text = typeof document === "string" ? document : JSON.stringify(document);
          return [name, JSON.parse(real(text)) as Policy];
        }),
      ),
      // Somebody of the member account puts them there.
      "suspect key grants": JSON.parse(
        member.outputs["suspectKeyGrantsPolicy"] as string,
      ) as Policy,
      "member's suspect key": { Statement: [LEFT_TO_THE_MEMBER, JSON.parse(statement) as object] },
    },
    grants: grantsOf(own),
    grantsAfterwards: grantsOf(closing),
    goneAfterwards: Object.entries(where).flatMap(([name, [stack, resource]]) =>
      stack === own && closing.resources.every((left) => left.name !== resource) ? [name] : [],
    ),
  };
}

function real(text: string): string {
  return REAL.reduce((result, [mock, name]) => result.replaceAll(mock, name), text);
}

function grantsOf(stack: Deployment): Grant[] {
  return stack.ofType("aws:kms/grant:Grant").map(({ inputs }) => ({
    key: real(inputs["keyId"] as string),
    grantee: inputs["granteePrincipal"] as string,
    operations: inputs["operations"] as string[],
  }));
}
