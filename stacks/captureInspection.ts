import { EC2Client } from "@aws-sdk/client-ec2";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { failureOf, lookUpFailure } from "../components/aws/failure";
import { Case } from "../components/case";
import { type CapturePlan, judgeCapture } from "../components/link/capturePlan";
import { CAPTURE_PARTS } from "../components/link/linkNames";
import {
  findMirrorFilters,
  findMirrorSources,
  findMirrorTargets,
} from "../components/link/mirrorLookUps";
import type { SuspectNetwork } from "../components/link/network";
import { CAPTURE_SHARE } from "../components/names";
import { Refusal } from "../components/refusal";
import type { IncidentSettings } from "../settings/parseSettings";
import type { Made } from "./comparison";
import { sdkSettings } from "./sdkSettings";
import type { StateResource } from "./stateResources";

const FILTER = "aws:ec2/trafficMirrorFilter:TrafficMirrorFilter";
const RULE = "aws:ec2/trafficMirrorFilterRule:TrafficMirrorFilterRule";
const SESSION = "aws:ec2/trafficMirrorSession:TrafficMirrorSession";
const SHARE = "aws:ram/resourceShare:ResourceShare";
const TARGET = "aws:ec2/trafficMirrorTarget:TrafficMirrorTarget";

/**
 * Looks at what a capture is to mirror.
 *
 * @param there EC2 of the suspect's account.
 * @returns what AWS has of it and the engine does not know of.
 * @throws Refusal with everything that AWS would refuse in mid-deployment.
 */
export async function inspectCapture(
  plan: CapturePlan,
  settings: IncidentSettings,
  account: string,
  network: SuspectNetwork,
  there: EC2Client,
  state: readonly StateResource[],
): Promise<Made[]> {
  const { region, ticket, suspectCidrs } = settings;
  const ticketTag = new Case(ticket).tag;
  const machines = network.interfaces
    .filter(({ interfaceId }) => plan.interfaces.includes(interfaceId))
    .flatMap(({ instanceId }) => instanceId ?? []);
  const refuse = (what: string, hint: string) => (error: unknown) => {
    throw new Refusal("The suspect's traffic cannot be captured", [
      failureOf(error) === "denied"
        ? `${what} could not be looked up: ${hint} ${CAPTURED_WITHOUT}`
        : lookUpFailure(what, error),
    ]);
  };
  const [sources, filters, targets, share] = await Promise.all([
    findMirrorSources(there, plan.interfaces, machines).catch(
      refuse(`What is mirrored in account ${account}`, EARLIER_ROLE),
    ),
    findMirrorFilters(there, ticketTag).catch(
      refuse(`Mirror filters of account ${account}`, EARLIER_ROLE),
    ),
    findMirrorTargets(new EC2Client(sdkSettings(region)), ticketTag).catch(
      refuse("The mirror targets of the Audit account", EARLIER_POLICY),
    ),
    findShare(ticket, state).catch(refuse("The shares of the Audit account", EARLIER_POLICY)),
  ]);
  const { reasons, warnings } = judgeCapture(
    plan,
    { account, suspectCidrs, ticketTag },
    network,
    sources,
  );
  const all = [...reasons, ...(share === undefined ? [] : [leftShare(share)])];
  if (all.length > 0) {
    throw new Refusal("The suspect's traffic cannot be captured", all);
  }
  warnings.forEach((warning) => void pulumi.log.warn(warning));
  const known = new Set(state.map(({ type, name }) => `${type} ${name}`));
  const own = filters.filter(({ name }) => name === CAPTURE_PARTS.filter);
  return [
    ...targets
      .filter(({ name }) => name === CAPTURE_PARTS.target)
      .map(({ id, name }) => ({ type: TARGET, name, id })),
    ...own.map(({ id, name }) => ({ type: FILTER, name, id })),
    ...own.flatMap(({ id, rules }) =>
      rules.map((rule) => ({
        type: RULE,
        name: CAPTURE_PARTS.rule(rule.direction),
        id: `${id}:${rule.id}`,
      })),
    ),
    ...sources.sessions
      .filter((each) => each.ticketTag === ticketTag)
      .map(({ sessionId: id, interfaceId }) => ({
        type: SESSION,
        name: CAPTURE_PARTS.session(interfaceId),
        id,
      })),
  ].filter(({ type, name }) => !known.has(`${type} ${name}`));
}

const CAPTURED_WITHOUT = "Or set capture to []: the room is open without it.";
/** Why a look-up by the link role is refused that it could do once. */
export const EARLIER_ROLE =
  "the member account's link role is one of an earlier program. Deploy that account's stack again.";
const EARLIER_POLICY =
  "your policy is one of an earlier program. Deploy the audit stack again, and attach the policy of links anew.";

/** A share that an interrupted up has left: what it shares and with whom, no engine can find again. */
async function findShare(
  ticket: string,
  state: readonly StateResource[],
): Promise<string | undefined> {
  if (state.some(({ type, name }) => type === SHARE && name === CAPTURE_PARTS.share)) {
    return undefined;
  }
  const asked = {
    name: `${CAPTURE_SHARE}${ticket}`,
    resourceOwner: "SELF",
    resourceShareStatus: "ACTIVE",
  };
  try {
    return (await aws.ram.getResourceShare(asked)).arn;
  } catch (error) {
    if (failureOf(error) === "absent") {
      return undefined;
    }
    throw error;
  }
}

function leftShare(arn: string): string {
  return `${arn} shares the room's mirror target already, and the engine does not know of it: an interrupted pulumi up has left it. Delete it, then run this again: aws ram delete-resource-share --resource-share-arn ${arn}`;
}
