import {
  DescribeInstancesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  type EC2Client,
  type Tag,
} from "@aws-sdk/client-ec2";
import { GetInstanceProfileCommand, GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import type { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { GetParametersByPathCommand, type SSMClient } from "@aws-sdk/client-ssm";

import { refuseLookUp } from "../commands/awsRefusals";
import { failureOf } from "../components/awsFailure";
import { incidentKeyAlias } from "../components/room/incidentKeyAlias";
import { claimName } from "../components/room/slotClaims";
import { findTaggedKeys } from "../components/room/taggedKeys";
import { SOURCE_SNAPSHOT_TAG, TICKET_TAG } from "../components/tags";
import type { Made } from "../stacks/comparison";

const ALIAS = "aws:kms/alias:Alias";
const CLAIM = "aws:ssm/parameter:Parameter";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INSTANCE = "aws:ec2/instance:Instance";
const KEY = "aws:kms/key:Key";
const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const ROLE = "aws:iam/role:Role";
const VOLUME = "aws:ebs/volume:Volume";

/** Types of which {@link findRoomInAws} finds everything that carries the ticket. */
export const FOUND_TYPES: readonly string[] = [CLAIM, GROUP, INSTANCE, VOLUME];

/** What AWS is asked by. */
export interface RoomClients {
  readonly ec2: Pick<EC2Client, "send">;
  readonly iam: Pick<IAMClient, "send">;
  readonly kms: Pick<KMSClient, "send">;
  readonly ssm: Pick<SSMClient, "send">;
  readonly tagging: Pick<ResourceGroupsTaggingAPIClient, "send">;
}

/** A key that carries the ticket. */
export interface TicketKey {
  readonly arn: string;

  /** In KMS's words, such as `Enabled` or `PendingDeletion`. */
  readonly state: string;

  /** When KMS deletes it, where that is scheduled. */
  readonly deletionDate: Date | undefined;
}

/** What AWS has of a room. */
export interface RoomInAws {
  /** Without what keeps evidence: no preserved copy, no record. Of keys those that are enabled. */
  readonly made: readonly Made[];

  /** Keys that carry the ticket, in whatever state. */
  readonly keys: readonly TicketKey[];

  /** Its workstation, where there is one. */
  readonly workstation:
    { readonly instanceType: string; readonly rootVolumeGiB?: number } | undefined;

  /** Its working volumes: source, and the device each is attached as. */
  readonly volumes: readonly { readonly source: string; readonly device: string | undefined }[];
}

/**
 * Looks up what AWS has of a ticket's room, by tag and by name.
 *
 * @param roles Names of the roles that a room of the ticket may have.
 * @throws Refusal where AWS does not tell: then nothing may be said of what is missing.
 */
export async function findRoomInAws(
  { ec2, iam, kms, ssm, tagging }: RoomClients,
  ticket: string,
  roles: readonly string[],
): Promise<RoomInAws> {
  const ticketTag = `quarantine:${ticket}`;
  const Filters = [{ Name: `tag:${TICKET_TAG}`, Values: [ticketTag] }];
  const about = (what: string) => refuseLookUp(`${what} of ${ticket}`);
  const [instances, volumes, groups, rules, keys, claims, named] = await Promise.all([
    pages((NextToken) => ec2.send(new DescribeInstancesCommand({ Filters, NextToken })))
      .then((found) => found.flatMap(({ Reservations = [] }) => Reservations))
      .catch(about("The instances")),
    pages((NextToken) => ec2.send(new DescribeVolumesCommand({ Filters, NextToken })))
      .then((found) => found.flatMap(({ Volumes = [] }) => Volumes))
      .catch(about("The volumes")),
    pages((NextToken) => ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })))
      .then((found) => found.flatMap(({ SecurityGroups = [] }) => SecurityGroups))
      .catch(about("The security groups")),
    pages((NextToken) => ec2.send(new DescribeSecurityGroupRulesCommand({ Filters, NextToken })))
      .then((found) => found.flatMap(({ SecurityGroupRules = [] }) => SecurityGroupRules))
      .catch(about("The rules")),
    findKeys(tagging, kms, ticketTag).catch(about("The keys")),
    pages((NextToken) =>
      ssm.send(new GetParametersByPathCommand({ Path: claimName("").slice(0, -1), NextToken })),
    )
      .then((found) => found.flatMap(({ Parameters = [] }) => Parameters))
      .catch(refuseLookUp("Which slots are taken")),
    Promise.all([
      exists(kms.send(new DescribeKeyCommand({ KeyId: incidentKeyAlias(ticket) })), {
        type: ALIAS,
        name: incidentKeyAlias(ticket),
        id: incidentKeyAlias(ticket),
      }),
      ...roles.flatMap((name) => [
        exists(iam.send(new GetRoleCommand({ RoleName: name })), { type: ROLE, name, id: name }),
      ]),
      ...roles.slice(0, 1).map((name) =>
        exists(iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name })), {
          type: PROFILE,
          name,
          id: name,
        }),
      ),
    ]),
  ]);
  const machines = instances
    .flatMap(({ Instances = [] }) => Instances)
    .filter(({ State }) => !["terminated", "shutting-down"].includes(State?.Name ?? ""));
  const disks = volumes.filter(({ State }) => State !== "deleting" && State !== "deleted");
  const working = disks.filter(({ Tags }) => nameOf(Tags)?.endsWith("-working"));
  const [machine] = machines;
  const root = disks.find(({ VolumeId }) =>
    machine?.BlockDeviceMappings?.some(
      ({ DeviceName, Ebs }) => DeviceName === machine.RootDeviceName && Ebs?.VolumeId === VolumeId,
    ),
  );
  return {
    made: [
      ...machines.flatMap(({ InstanceId, Tags }) => made(INSTANCE, InstanceId, Tags)),
      // The workstation's own disk goes with it, and what investigators make is theirs.
      ...working.flatMap(({ VolumeId, Tags }) => made(VOLUME, VolumeId, Tags)),
      ...groups.flatMap(({ GroupId, Tags, GroupName }) =>
        made(GROUP, GroupId, Tags ?? [], GroupName),
      ),
      ...rules.flatMap(({ SecurityGroupRuleId, IsEgress, Tags }) => {
        const way = IsEgress === true ? "Egress" : "Ingress";
        return made(
          `aws:vpc/securityGroup${way}Rule:SecurityGroup${way}Rule`,
          SecurityGroupRuleId,
          Tags,
        );
      }),
      ...keys
        .filter(({ state }) => state !== "PendingDeletion")
        .map(({ arn }) => ({
          type: KEY,
          name: "incident-key",
          id: arn.slice(arn.lastIndexOf("/") + 1),
        })),
      ...claims.flatMap(({ Name = "", Value }) =>
        Value === ticket ? [{ type: CLAIM, name: Name, id: Name }] : [],
      ),
      ...named.flat(),
    ],
    keys,
    workstation:
      machine === undefined
        ? undefined
        : {
            instanceType: machine.InstanceType ?? "",
            ...(root?.Size === undefined ? {} : { rootVolumeGiB: root.Size }),
          },
    volumes: working.flatMap(({ Tags = [], Attachments = [] }) => {
      const source = Tags.find(({ Key }) => Key === SOURCE_SNAPSHOT_TAG)?.Value;
      const device = Attachments.find(({ State }) => State !== "detached")?.Device;
      return source === undefined ? [] : [{ source, device }];
    }),
  };
}

function nameOf(tags: readonly Tag[] | undefined): string | undefined {
  return tags?.find(({ Key }) => Key === "Name")?.Value;
}

/** @param otherwise Its name where it has no tag of that name. */
function made(
  type: string,
  id: string | undefined,
  tags: readonly Tag[] | undefined,
  otherwise?: string,
): Made[] {
  return id === undefined ? [] : [{ type, id, name: nameOf(tags) ?? otherwise ?? id }];
}

async function findKeys(
  tagging: RoomClients["tagging"],
  kms: RoomClients["kms"],
  ticketTag: string,
): Promise<TicketKey[]> {
  const arns = await findTaggedKeys(tagging, ticketTag);
  return Promise.all(
    arns.map(async (arn) => {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: arn }));
      return {
        arn,
        state: KeyMetadata?.KeyState ?? "in no state",
        deletionDate: KeyMetadata?.DeletionDate,
      };
    }),
  );
}

/** Something of a name that AWS gives once, where it is there. @throws Refusal where AWS does not tell. */
async function exists(answer: Promise<unknown>, thing: Made): Promise<Made[]> {
  try {
    await answer;
    return [thing];
  } catch (error) {
    return failureOf(error) === "absent" ? [] : refuseLookUp(thing.name)(error);
  }
}

/** All pages of a list. */
async function pages<T extends { NextToken?: string | undefined }>(
  ask: (token: string | undefined) => Promise<T>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    all.push(page);
    token = page.NextToken || undefined;
  } while (token !== undefined);
  return all;
}
