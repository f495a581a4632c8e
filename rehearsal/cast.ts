import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { PulumiFn } from "@pulumi/pulumi/automation";
import { parse } from "yaml";

import { AUDIT_ACCOUNT, DEMANDED_TAGS, MEMBER_ACCOUNT, REGION, boundaryIn } from "./accounts";
import { sha256 } from "../components/sha256";
import type { Entry } from "./account/account";
import { ADMINISTRATOR_ACCESS } from "./account/keyAccess";
import { MemberCommand } from "./memberCommand";
import type { World } from "./world";
import { type RehearsedStack, type StackFile } from "./rehearsedStack";
import { type Stage } from "./stage";

/** Role that deploys the audit stack; that of `Pulumi.audit.yaml`. */
export const FOUNDATION_DEPLOYER = "foundation-deployer";

/** Role that opens rooms; that of `Pulumi.audit.yaml`. */
export const INCIDENT_DEPLOYER = "incident-deployer";

/** A Region beside the foundation's, where the member account runs something too. */
export const OTHER_REGION = "eu-west-1";

/** The accounts of the accounts file. */
export const MEMBERS = ["444455556661", "444455556662", "444455556663", "444455556664"] as const;

/** The e-mail address every resource is tagged with; the one of `Pulumi.audit.yaml`. */
export const NOTIFICATION = "aws-operations@example.edu";

/** A room's stack and the ticket it is opened for. */
export interface Room {
  readonly ticket: string;
  readonly stack: RehearsedStack;
}

/** The stacks of the story, in a world. */
export interface StoryCast<W extends World = World> {
  readonly stage: W;
  readonly audit: RehearsedStack;

  /** The stack of the member account, which is prepared for what happens to it. */
  readonly member: RehearsedStack;

  /** The room that is opened, filled, disturbed and closed. */
  readonly room: Room;

  /** A room that stays open all the time and must not notice the other one. */
  readonly neighbour: Room;

  /** A room that is never opened. */
  readonly latecomer: Room;

  /** A room that AWS lacks machines for. */
  readonly unlucky: Room;
}

/** The same in the sandbox, with what there is beside it. */
export interface Cast extends StoryCast<Stage> {
  readonly program: PulumiFn;

  /** The command that deploys the stacks of member accounts. */
  readonly members: MemberCommand;
}

/** Calls the cast of a world; nothing is deployed yet. */
export async function callCast<W extends World>(stage: W): Promise<StoryCast<W>> {
  const room = async (ticket: string, slot: string): Promise<Room> => ({
    ticket,
    stack: await stage.stack(ticket.toLowerCase(), roomFile(ticket, slot)),
  });
  const vpcs = [
    await stage.network("10.20.0.0/16", REGION),
    await stage.network("10.21.0.0/16", OTHER_REGION),
  ];
  const [audit, member, first, neighbour, latecomer, unlucky] = await Promise.all([
    stage.stack("audit", auditFile(), stage.auditPolicyConfig),
    stage.stack(`member-${MEMBER_ACCOUNT}`, memberFile(vpcs)),
    room("INC-2026-0042", `${REGION}a-1`),
    room("INC-2026-0043", `${REGION}b-1`),
    room("INC-2026-0044", `${REGION}a-3`),
    room("INC-2026-0045", `${REGION}a-2`),
  ]);
  await stage.outside.setRole(FOUNDATION_DEPLOYER, [ADMINISTRATOR_ACCESS]);
  return { stage, audit, member, room: first, neighbour, latecomer, unlucky };
}

/** Calls the cast of the sandbox. */
export async function callSandbox(stage: Stage, program: PulumiFn): Promise<Cast> {
  const cast = await callCast(stage);
  return { ...cast, program, members: new MemberCommand(stage, MEMBERS, FOUNDATION_DEPLOYER) };
}

/** The bucket of the organisation's own tools, and what is carried from it to machines that are acquired. */
export const TOOLS_BUCKET = {
  bucket: "forensics-tools",
  tools: ["avml", "busybox"].map((name) => ({
    ...{ name, version: "1.0", key: `carry/${name}`, sha256: sha256(name) },
    path: `/opt/clean-room/carry/${name}`,
  })),
};

/** The file of the audit stack: the committed one, with what the organisation demands. */
export function auditFile(): StackFile {
  const { config } = parse(
    readFileSync(join(dirname(__dirname), "Pulumi.audit.yaml"), "utf8"),
  ) as StackFile;
  return {
    config: {
      ...config,
      "clean-room:tags": DEMANDED_TAGS,
      "clean-room:permissionsBoundary": boundaryIn(AUDIT_ACCOUNT),
      "clean-room:toolsBucket": TOOLS_BUCKET,
    },
  };
}

/** All rooms name the same addresses: two suspects may well have them. */
export function roomFile(ticket: string, slot: string): StackFile {
  return {
    config: {
      "aws:region": REGION,
      "aws:allowedAccountIds": [AUDIT_ACCOUNT],
      "clean-room:kind": "incident",
      "clean-room:accountId": AUDIT_ACCOUNT,
      "clean-room:notification": NOTIFICATION,
      "clean-room:tags": DEMANDED_TAGS,
      "clean-room:ticket": ticket,
      "clean-room:slot": slot,
      "clean-room:isolationSecurityGroup": `${MEMBER_ACCOUNT}/sg-0123456789abcdef0`,
      "clean-room:suspectCidrs": ["10.20.30.0/24"],
      "clean-room:tools": ["encase", "lime"],
      "clean-room:responderRoles": [
        `arn:aws:iam::${MEMBER_ACCOUNT}:role/clean-room/forensics-responder`,
      ],
    },
  };
}

/** What it needs of the audit stack is set when that is deployed. */
export function memberFile([here, abroad]: readonly string[]): StackFile {
  return {
    config: {
      "aws:region": REGION,
      "aws:allowedAccountIds": [MEMBER_ACCOUNT],
      "aws:assumeRoles": [{ roleArn: `arn:aws:iam::${MEMBER_ACCOUNT}:role/member-deployer` }],
      "clean-room:kind": "member",
      "clean-room:accountId": MEMBER_ACCOUNT,
      "clean-room:notification": NOTIFICATION,
      "clean-room:tags": DEMANDED_TAGS,
      "clean-room:permissionsBoundary": boundaryIn(MEMBER_ACCOUNT),
      "clean-room:auditAccountId": AUDIT_ACCOUNT,
      "clean-room:organizationId": "o-exampleorgid",
      "clean-room:vpcs": [{ vpcId: here }, { vpcId: abroad, region: OTHER_REGION }],
      "clean-room:tools": ["encase", "lime", "velociraptor"],
      "clean-room:securityContact": {
        name: "Security Operations",
        title: "On call",
        emailAddress: "security@example.edu",
        phoneNumber: "+1 555 0100",
      },
      "clean-room:responderPrincipals": ["saml"],
      "clean-room:samlProviderArn": `arn:aws:iam::${MEMBER_ACCOUNT}:saml-provider/shibboleth`,
      "clean-room:namespace": "example",
      "clean-room:automationRoles": "create",
    },
  };
}

/** Everything in the account. */
export function everything({ stage }: Cast): Entry[] {
  return stage.account.read().state.entries;
}

/** What is in the account because of a room: its stack made it, or it carries the room's ticket. */
export function belongings(cast: Cast, { ticket, stack }: Room): Entry[] {
  return everything(cast).filter(
    ({ urn, tags, id }) =>
      urn?.startsWith(`urn:pulumi:${stack.name}::`) === true ||
      tags["incident-response"] === `quarantine:${ticket}` ||
      id.includes(`/cases/${ticket}/`),
  );
}
