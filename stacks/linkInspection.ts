import { EC2Client } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";

import { answerOf, failureOf, lookUpFailure } from "../components/aws/failure";
import { splitGroup } from "../components/aws/ids";
import { Case } from "../components/case";
import { type CapturePlan, planCapture } from "../components/link/capturePlan";
import { isolationWarnings } from "../components/link/isolation";
import { LINK, LINK_CONNECTION } from "../components/link/linkNames";
import {
  type LinkedBy,
  type LinkPlan,
  type PlannedLink,
  planLink,
} from "../components/link/linkPlan";
import type { Attachment, SuspectNetwork } from "../components/link/network";
import {
  findAttachments,
  findForensicsNetwork,
  findSuspectNetwork,
} from "../components/link/networkLookUps";
import { linkRoleArn } from "../components/names";
import { Refusal } from "../components/refusal";
import type { SecurityGroupRule } from "../components/securityGroupRules";
import { rulesAt } from "../components/toolPorts";
import type { IncidentSettings } from "../settings/parseSettings";
import { credentialsOf } from "./assumedCredentials";
import { EARLIER_ROLE, inspectCapture } from "./captureInspection";
import { roomAsItWas } from "./closingFacts";
import type { Made } from "./comparison";
import type { Foundation } from "./foundation";
import { CONNECTION, linkInState, ROUTE } from "./linkInState";
import { leftAtOtherEnd } from "./linkLeft";
import { EGRESS, INGRESS } from "./madeForRoom";
import { sdkSettings } from "./sdkSettings";
import type { StateResource } from "./stateResources";

/** A link as it is to be declared. */
export interface FoundLink {
  /** The member account, 12 digits. */
  readonly account: string;

  /** The isolation group, `sg-…`. */
  readonly isolationGroupId: string;
  readonly slotCidr: string;
  readonly plan: LinkPlan;

  /** What of the suspect's traffic is mirrored over it; undefined where nothing is. */
  readonly capture: CapturePlan | undefined;

  /** What AWS has of it, and the engine was never told of. */
  readonly forgotten: readonly Made[];
}

/** What is looked at of the room's slot. */
type RoomsSlot = Pick<Foundation["slots"][number], "subnetId" | "cidr" | "availabilityZone">;

/** Nobody is let into the suspect's account. */
class NoLinkRole extends Refusal {}

/** What the preview refuses without a link, as its reason ends. */
const WITHOUT = "Or set link to none: the room is open without it.";

/**
 * Looks at both ends of the link that a room is to have, and says whether the suspect is isolated.
 *
 * @param slot The room's slot.
 * @param stateThere What the engine has of the room.
 * @returns undefined where there is none.
 * @throws Refusal with everything that AWS would refuse in mid-deployment.
 */
export async function inspectLink(
  settings: IncidentSettings,
  foundation: Foundation,
  slot: Promise<{ readonly slot: RoomsSlot }>,
  stateThere: Promise<readonly StateResource[]>,
): Promise<FoundLink | undefined> {
  const { link, closing, ticket, tools, ports } = settings;
  if (link === "none") {
    return undefined;
  }
  // Where the place is refused, that is told.
  const place = await slot.catch(() => undefined);
  if (place === undefined) {
    return undefined;
  }
  const { account = "", groupId } = splitGroup(settings.isolationSecurityGroup);
  const { cidr: slotCidr } = place.slot;
  const rules = rulesAt("suspect", tools, ports, [{ cidr: slotCidr }], ticket).map(
    ({ tool: _, ...rule }) => rule,
  );
  const capture =
    settings.capture.length === 0
      ? undefined
      : planCapture(settings.capture, { slotCidr, vpcCidr: foundation.vpcCidr });
  const found = { account, isolationGroupId: groupId, slotCidr, capture };
  const state = await stateThere;
  const asIs = { settings, foundation, found, mode: link, slot: place.slot, rules, state };
  if (!closing) {
    return lookAtBothEnds(asIs);
  }
  // A room is closed also when the way to the suspect is gone; while it is there, what the engine has lost of it is
  // taken on, and goes with the rest.
  const known = linkInState(state, rules, roomAsItWas(state).room?.link);
  const there = await lookAtBothEnds(asIs).catch((error: unknown) => {
    // Whatever else it is refused for takes nothing of the link away from whoever closes it.
    const left =
      known !== undefined && error instanceof NoLinkRole
        ? leftAtOtherEnd({ ...found, region: settings.region }, known, state)
        : undefined;
    if (left !== undefined) {
      void pulumi.log.warn(left);
    }
    return undefined;
  });
  const isThere = there?.forgotten.some(({ type }) => [CONNECTION, ROUTE].includes(type)) === true;
  if (there !== undefined && (known !== undefined || isThere)) {
    return there;
  }
  return known === undefined ? undefined : { ...found, plan: known, forgotten: [] };
}

/** The same of a room that is open, with everything that speaks against it. */
async function lookAtBothEnds({
  settings,
  foundation,
  found,
  mode,
  slot,
  rules,
  state,
}: {
  readonly settings: IncidentSettings;
  readonly foundation: Foundation;
  readonly found: Omit<FoundLink, "plan" | "forgotten">;
  readonly mode: LinkedBy;
  readonly slot: RoomsSlot;
  readonly rules: readonly SecurityGroupRule[];
  readonly state: readonly StateResource[];
}): Promise<FoundLink> {
  const { region, ticket } = settings;
  const { account, isolationGroupId: groupId, slotCidr, capture } = found;
  if (foundation.linkedAccounts?.includes(account) !== true) {
    throw new Refusal("The room cannot be linked to the suspect", [
      `Account ${account} is none that the audit stack's linkedAccounts names (${foundation.linkedAccounts?.join(", ") || "there is none"}). Have it added there, and the new policy attached to the incident deployers. ${WITHOUT}`,
    ]);
  }
  const ec2 = new EC2Client(sdkSettings(region));
  const notKnown = (what: string) => (error: unknown) => {
    throw new Refusal("The way to the suspect is not known", [
      lookUpFailure(`The ${what} of ${foundation.vpcId}`, error),
    ]);
  };
  const overGateway = mode === "transit-gateway";
  const [room, attachments, suspect] = await Promise.all([
    findForensicsNetwork(ec2, foundation.vpcId).catch(notKnown("routes and connections")),
    overGateway ? findAttachments(ec2, foundation.vpcId).catch(notKnown("attachments")) : [],
    lookAtSuspect(account, groupId, region, overGateway),
  ]);
  const { subnetId, availabilityZone: slotZone } = slot;
  const slotTable = room.routeTables.find(({ subnetIds }) => subnetIds.includes(subnetId));
  if (slotTable === undefined) {
    throw new Refusal("The room cannot be linked to the suspect", [
      `The slot's subnet ${subnetId} has no route table of its own. Deploy the audit stack again: pulumi up --stack ${settings.auditStack}`,
    ]);
  }
  const planned = planLink(
    {
      mode,
      ticketTag: new Case(ticket).tag,
      account,
      suspectCidrs: settings.suspectCidrs,
      rules,
      quotas: settings.quotas,
    },
    {
      vpcCidr: foundation.vpcCidr,
      slotCidr,
      slotZone,
      slotTable,
      connections: room.connections,
      attachments,
    },
    suspect,
  );
  const reasons = [...planned.reasons, ...endedOutside(state, room.connections, ticket)];
  if (reasons.length > 0) {
    throw new Refusal("The room cannot be linked to the suspect", reasons);
  }
  [...isolationWarnings(settings.suspectCidrs, groupId, suspect), ...planned.warnings].forEach(
    (warning) => void pulumi.log.warn(warning),
  );
  const mirrors =
    capture === undefined
      ? []
      : await inspectCapture(
          capture,
          settings,
          account,
          suspect,
          suspectsEc2(account, region),
          state,
        );
  return { ...found, plan: planned.plan, forgotten: [...forgottenOf(planned, state), ...mirrors] };
}

/** EC2 of the suspect's account, by its link role. */
function suspectsEc2(account: string, region: string): EC2Client {
  return new EC2Client({ region, credentials: credentialsOf(linkRoleArn(region, account)) });
}

/**
 * The suspect's network, as the member account's link role sees it.
 *
 * @param overGateway Whether its attachments to transit gateways are looked at, which the role of an earlier program may not.
 */
async function lookAtSuspect(
  account: string,
  groupId: string,
  region: string,
  overGateway: boolean,
): Promise<SuspectNetwork> {
  const role = linkRoleArn(region, account);
  const ec2 = suspectsEc2(account, region);
  const network = await findSuspectNetwork(ec2, groupId).catch((error: unknown) => {
    if (failureOf(error) === "denied") {
      throw new NoLinkRole("The room cannot be linked to the suspect", [
        `${role} is not there, or does not let you in: it is made by the member account's stack with link: on and your role among its incidentDeployers, and your policy has to allow sts:AssumeRole on it. ${WITHOUT} ${answerOf(error)}`,
      ]);
    }
    throw new Refusal("The room cannot be linked to the suspect", [
      lookUpFailure(`The network of ${groupId} in account ${account}`, error),
    ]);
  });
  if (network === undefined) {
    throw new Refusal("The room cannot be linked to the suspect", [
      `${groupId} is not in ${region} of account ${account}. Correct isolationSecurityGroup; where the suspect is in another Region, open its room on the foundation of that Region, as a link reaches no other. ${WITHOUT}`,
    ]);
  }
  return {
    ...network,
    attachments: overGateway ? await lookAtAttachments(ec2, network.vpcId) : [],
  };
}

async function lookAtAttachments(ec2: EC2Client, vpcId: string): Promise<readonly Attachment[]> {
  return findAttachments(ec2, vpcId).catch((error: unknown) => {
    const what = `The transit gateways of ${vpcId}`;
    throw new Refusal("The room cannot be linked to the suspect", [
      failureOf(error) === "denied"
        ? `${what} could not be looked up: ${EARLIER_ROLE} Or set link to peering.`
        : lookUpFailure(what, error),
    ]);
  });
}

/** A connection that the engine has and that somebody ended: routes would be made over what is gone. */
function endedOutside(
  state: readonly StateResource[],
  connections: readonly { readonly connectionId: string; readonly status: string }[],
  ticket: string,
): string[] {
  const id = state.find(({ type, name }) => type === CONNECTION && name === LINK_CONNECTION)?.id;
  const { stack } = new Case(ticket);
  const there = connections.find(({ connectionId }) => connectionId === id);
  const alive = ["initiating-request", "pending-acceptance", "provisioning", "active"];
  return id === undefined || alive.includes(there?.status ?? "")
    ? []
    : [
        `The link's connection ${id} was ended outside of Pulumi (${there?.status ?? "it is gone"}). Run: pulumi refresh --stack ${stack}; then this again, which makes it anew.`,
      ];
}

/** What of the link AWS has and the engine does not know of. */
function forgottenOf({ there }: PlannedLink, state: readonly StateResource[]): Made[] {
  const names = new Set(state.map(({ type, name }) => `${type} ${name}`));
  const rules = [...there.rules].map(([name, { ruleId: id, direction }]) => ({
    type: direction === "egress" ? EGRESS : INGRESS,
    name,
    id,
  }));
  return [
    ...(there.connection === undefined
      ? []
      : [{ type: CONNECTION, name: LINK_CONNECTION, id: there.connection }]),
    ...[...there.routes].map(([name, id]) => ({ type: ROUTE, name: `${LINK}-${name}`, id })),
    ...rules,
  ].filter(({ type, name }) => !names.has(`${type} ${name}`));
}
