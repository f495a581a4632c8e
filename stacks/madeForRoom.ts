import {
  DescribeInstancesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  type EC2Client,
  type Filter,
  type Tag,
} from "@aws-sdk/client-ec2";
import * as aws from "@pulumi/aws";

import { failureOf, lookUpFailure } from "../components/aws/failure";
import { pages } from "../components/aws/pages";
import { Case } from "../components/case";
import { memberAccounts } from "../components/evidence/grants/roomGrants";
import { Refusal } from "../components/refusal";
import { claimName } from "../components/room/slotClaims";
import { TICKET_TAG } from "../components/tags";
import type { IncidentSettings } from "../settings/parseSettings";
import type { Made } from "./comparison";
import { findRoomKeys, type KeyLookUps, type RoomKey } from "./roomKeys";
import type { StateResource } from "./stateResources";
import type { Unnamed } from "./unnamedGroups";

/** Type token of an alias. */
export const ALIAS = "aws:kms/alias:Alias";
/** Type token of a slot's claim. */
export const CLAIM = "aws:ssm/parameter:Parameter";
/** Type token of a copy of a snapshot. */
export const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
/** Type token of a rule that lets out. */
export const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
/** Type token of a security group. */
export const GROUP = "aws:ec2/securityGroup:SecurityGroup";
/** Type token of a rule that lets in. */
export const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
/** Type token of an instance. */
export const INSTANCE = "aws:ec2/instance:Instance";
/** Type token of a key. */
export const KEY = "aws:kms/key:Key";
/** Type token of an instance profile. */
export const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
/** Type token of a role. */
export const ROLE = "aws:iam/role:Role";
/** Type token of a volume. */
export const VOLUME = "aws:ebs/volume:Volume";

/** Logical name of a room's key, and its name among what was made: KMS gives it none, and a room has one. */
export const INCIDENT_KEY = "incident-key";

/** The types of which {@link findMade} finds everything that a room has. */
export const LOOKED_UP: readonly string[] = [
  ALIAS,
  CLAIM,
  EGRESS,
  GROUP,
  INGRESS,
  INSTANCE,
  KEY,
  PROFILE,
  ROLE,
  VOLUME,
];

/** What AWS has for a room. */
export interface MadeForRoom {
  /** Everything of the types {@link LOOKED_UP}; of keys, those that are not to be deleted. */
  readonly made: readonly Made[];

  /** Groups and rules that carry the ticket and no name, where the engine has no group of the room. */
  readonly unnamed: readonly Unnamed[];

  /** Keys that carry the ticket, in whatever state. */
  readonly keys: readonly RoomKey[];
}

/**
 * What is asked of AWS beside EC2. Each rejects as AWS does, also where something is not there.
 *
 * @see throughProvider
 */
export interface RoomLookUps extends KeyLookUps {
  /** An alias, a role and an instance profile by its name; what is answered does not matter. */
  readonly alias: (name: string) => Promise<unknown>;
  readonly role: (name: string) => Promise<unknown>;
  readonly profile: (name: string) => Promise<unknown>;
}

/** The look-ups by the stack's own AWS provider, which has none for the list of all keys. */
export const throughProvider: Omit<RoomLookUps, "keyIds"> = {
  taggedKeys: async (ticket) => {
    const { resourceTagMappingLists } = await aws.resourcegroupstaggingapi.getResources({
      resourceTypeFilters: ["kms:key"],
      tagFilters: [{ key: TICKET_TAG, values: [new Case(ticket).tag] }],
    });
    return resourceTagMappingLists.map(({ resourceArn }) => resourceArn);
  },
  key: async (keyId) => {
    const { id, arn, keyState, description } = await aws.kms.getKey({ keyId });
    return { id, arn, state: keyState, description };
  },
  alias: (name) => aws.kms.getAlias({ name }),
  role: (name) => aws.iam.getRole({ name }),
  profile: (name) => aws.iam.getInstanceProfile({ name }),
};

/** The settings of a room that its names are made of. */
export type NamingSettings = Pick<
  IncidentSettings,
  "ticket" | "accountId" | "responderRoles" | "evidence"
>;

/**
 * What AWS has for a room, of everything that it would make a second time or refuse to make again. Grants,
 * attachments, policies of roles and objects are not among it: asked for again, AWS leaves them as they are.
 * Preserved copies are looked up by who needs them anyway, and no engine can import one.
 *
 * @param claimed Names of the slots that the ticket has claimed.
 * @param state What the engine knows of: that is looked up by its ids too, whatever it is called.
 * @throws Refusal where AWS does not say.
 */
export async function findMade(
  ec2: Pick<EC2Client, "send">,
  lookUps: RoomLookUps,
  settings: NamingSettings,
  claimed: readonly string[],
  state: readonly StateResource[],
): Promise<MadeForRoom> {
  const { ticket } = settings;
  const idsOf = (type: string) =>
    state.flatMap((known) => (known.type === type && known.id !== undefined ? [known.id] : []));
  const named = async (
    type: string,
    names: readonly string[],
    ask: (name: string) => Promise<unknown>,
  ): Promise<Made[]> => {
    const known = idsOf(type);
    const found = await Promise.all(
      [...new Set([...names, ...known])].map(async (name) =>
        (await isThere(ask(name), known.includes(name))) ? [{ type, name, id: name }] : [],
      ),
    );
    return found.flat();
  };
  const ofCase = new Case(ticket);
  const { workstationRole: workstation } = ofCase;
  const roles = [
    workstation,
    ofCase.investigatorRole,
    ...memberAccounts(settings).map((account) => ofCase.uploadRole(account)),
  ];
  try {
    const [ofEc2, keys, ...byName] = await Promise.all([
      madeInEc2(ec2, ofCase, idsOf),
      findRoomKeys(lookUps, ticket, idsOf(KEY), claimed.length > 0),
      named(ALIAS, [ofCase.keyAlias], lookUps.alias),
      named(ROLE, roles, lookUps.role),
      named(PROFILE, [workstation], lookUps.profile),
    ]);
    const ofKeys = keys
      .filter((key) => key.state !== "PendingDeletion")
      .map(({ id }): Made => ({ type: KEY, name: INCIDENT_KEY, id }));
    const claims = claimed.map((slot): Made => {
      const name = claimName(slot);
      return { type: CLAIM, name, id: name };
    });
    return {
      unnamed: ofEc2.unnamed,
      made: [...ofEc2.named, ...ofKeys, ...byName.flat(), ...claims],
      keys,
    };
  } catch (error) {
    throw error instanceof Refusal
      ? error
      : new Refusal("What AWS has of the room is not known", [
          lookUpFailure(`What carries the ticket ${ticket}`, error),
        ]);
  }
}

/** What EC2 has with the ticket and a name, and what of it the engine knows. */
async function madeInEc2(
  ec2: Pick<EC2Client, "send">,
  ofCase: Case,
  idsOf: (type: string) => readonly string[],
): Promise<{ readonly named: readonly Made[]; readonly unnamed: readonly Unnamed[] }> {
  const both = async <T extends Made>(
    filter: string,
    types: readonly string[],
    ask: (Filters: Filter[]) => Promise<T[]>,
  ): Promise<T[]> => {
    const tagged = await ask([{ Name: `tag:${TICKET_TAG}`, Values: [ofCase.tag] }]);
    const lacking = types.flatMap(idsOf).filter((known) => tagged.every(({ id }) => id !== known));
    // Whoever takes a tag away has not taken away the thing.
    return lacking.length === 0
      ? tagged
      : [...tagged, ...(await ask([{ Name: filter, Values: lacking }]))];
  };
  const [machines, volumes, groups, rules] = await Promise.all([
    both("instance-id", [INSTANCE], async (Filters) =>
      (await pages((NextToken) => ec2.send(new DescribeInstancesCommand({ Filters, NextToken }))))
        .flatMap(({ Reservations = [] }) => Reservations)
        .flatMap(({ Instances = [] }) => Instances)
        .filter(({ State }) => State?.Name !== "terminated" && State?.Name !== "shutting-down")
        .map(({ InstanceId, Tags }) => called(INSTANCE, InstanceId, Tags)),
    ),
    both("volume-id", [VOLUME], async (Filters) =>
      (await pages((NextToken) => ec2.send(new DescribeVolumesCommand({ Filters, NextToken }))))
        .flatMap(({ Volumes = [] }) => Volumes)
        .filter(({ State }) => State !== "deleting" && State !== "deleted")
        // The machine's own disk comes and goes with it.
        .filter(({ Tags }) => !tagOf(Tags, "Name")?.endsWith("-root"))
        .map(({ VolumeId, Tags }) => called(VOLUME, VolumeId, Tags)),
    ),
    both("group-id", [GROUP], async (Filters) =>
      (
        await pages((NextToken) =>
          ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })),
        )
      )
        .flatMap(({ SecurityGroups = [] }) => SecurityGroups)
        .map(({ GroupId = "", Tags }) => ({ ...called(GROUP, GroupId, Tags), groupId: GroupId })),
    ),
    both("security-group-rule-id", [INGRESS, EGRESS], async (Filters) =>
      (
        await pages((NextToken) =>
          ec2.send(new DescribeSecurityGroupRulesCommand({ Filters, NextToken })),
        )
      )
        .flatMap(({ SecurityGroupRules = [] }) => SecurityGroupRules)
        .map(({ SecurityGroupRuleId, IsEgress, GroupId = "", Tags }) => ({
          ...called(IsEgress === true ? EGRESS : INGRESS, SecurityGroupRuleId, Tags),
          groupId: GroupId,
        })),
    ),
  ]);
  const known = new Set(LOOKED_UP.flatMap((type) => idsOf(type).map((id) => `${type} ${id}`)));
  const isFound = ({ type, id, name }: Made) => name !== id || known.has(`${type} ${id}`);
  return {
    // A machine or a disk without a name is not the program's: a root volume, what investigators made.
    named: [...machines, ...volumes, ...groups, ...rules].filter(isFound),
    // While the engine has the room's group, another one is somebody else's.
    unnamed: idsOf(GROUP).length > 0 ? [] : [...groups, ...rules].filter((each) => !isFound(each)),
  };
}

/** Something of EC2's by its name, or by its id where it has none. */
function called(type: string, id = "", tags: readonly Tag[] = []): Made {
  return { type, id, name: tagOf(tags, "Name") || id };
}

function tagOf(tags: readonly Tag[] | undefined, key: string): string | undefined {
  return tags?.find(({ Key }) => Key === key)?.Value;
}

/**
 * Whether AWS has what it is asked for. Of a name that is not there IAM knows no path, and may say that it is
 * denied by a policy which names one.
 *
 * @param known Whether the engine knows of it: what is denied is then there.
 */
async function isThere(asked: Promise<unknown>, known: boolean): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    switch (failureOf(error)) {
      case "absent":
        return false;
      case "denied":
        return known;
      default:
        throw error;
    }
  }
}
