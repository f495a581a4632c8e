import type { StartAutomationExecutionCommandInput, TargetLocation } from "@aws-sdk/client-ssm";

import {
  CENTRAL_RUNBOOK,
  CONTAINMENT_START_ROLE,
} from "../../components/containment/containmentNames";
import type { Act } from "../../components/containment/containmentParameters";
import type { NamedInstance } from "../room/namedInstances";

/** What is to be done with the instances, and how many at a time. */
export interface Containment {
  readonly ticket: string;

  /** An e-mail address. */
  readonly notification: string;
  readonly act: Act;
  readonly roleSessions: "deny" | "leave";

  /** How many instances of an account and Region are worked on at the same time. */
  readonly atOnce: number;

  /** Of how many failures in an account and Region no further instance of it is begun, as a number or per cent. */
  readonly errors: string;

  /** ARN of the role that Automation works as in the Audit account. */
  readonly administrationRoleArn: string;
}

/** What Systems Manager takes of a location's targets, and of locations, in one call (API reference). */
const MOST_TARGETS = 50;
const MOST_LOCATIONS = 100;

/**
 * The calls of StartAutomationExecution that do it: one for all accounts and Regions, whose loop is AWS's; where more than
 * fifty instances are in one of them, or there are more than a hundred, as few calls as AWS takes.
 */
export function containmentCalls(
  instances: readonly NamedInstance[],
  containment: Containment,
): StartAutomationExecutionCommandInput[] {
  const { ticket, notification, act, roleSessions } = containment;
  return centralCalls(instances, {
    ...containment,
    runbook: CENTRAL_RUNBOOK,
    parameters: {
      Ticket: ticket,
      Notification: notification,
      Act: act,
      RoleSessions: roleSessions,
    },
  });
}

/** What a runbook of the Audit account is to do with instances of member accounts, and how many at a time. */
export interface CentralCall extends Pick<
  Containment,
  "atOnce" | "errors" | "administrationRoleArn"
> {
  /** Its name. */
  readonly runbook: string;

  /** What it is told beside the instance and its role. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The same of any of them. */
export function centralCalls(
  instances: readonly NamedInstance[],
  call: CentralCall,
): StartAutomationExecutionCommandInput[] {
  const { runbook, parameters, administrationRoleArn } = call;
  const places = new Map<string, NamedInstance[]>();
  const once = new Map(
    instances.map((each) => [`${each.accountId}/${each.region}/${each.instanceId}`, each]),
  );
  for (const each of once.values()) {
    const place = `${each.accountId}/${each.region}`;
    places.set(place, [...(places.get(place) ?? []), each]);
  }
  const rounds: TargetLocation[][] = [];
  for (const there of places.values()) {
    const parts = inParts(there, MOST_TARGETS);
    // Together they are as many at a time as one would be.
    const atOnce = Math.max(1, Math.floor(call.atOnce / parts.length));
    parts.forEach((part, index) => {
      (rounds[index] ??= []).push(locationOf(part, { ...call, atOnce }));
    });
  }
  return rounds
    .flatMap((locations) => inParts(locations, MOST_LOCATIONS))
    .map((TargetLocations) => ({
      DocumentName: runbook,
      Parameters: {
        AutomationAssumeRole: [administrationRoleArn],
        ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
      },
      TargetParameterName: "Instance",
      TargetLocations,
    }));
}

/** The instances that locations of such a call are about. */
export function instancesOf(locations: readonly TargetLocation[]): NamedInstance[] {
  return locations.flatMap(({ Accounts = [], Regions = [], Targets = [] }) =>
    Targets.flatMap(({ Values = [] }) => Values).map((instanceId) => ({
      accountId: Accounts[0] ?? "",
      region: Regions[0] ?? "",
      instanceId,
    })),
  );
}

function locationOf(
  there: readonly NamedInstance[],
  { atOnce, errors }: Pick<CentralCall, "atOnce" | "errors">,
): TargetLocation {
  const [{ accountId, region } = { accountId: "", region: "" }] = there;
  return {
    Accounts: [accountId],
    Regions: [region],
    ExecutionRoleName: CONTAINMENT_START_ROLE,
    Targets: [{ Key: "ParameterValues", Values: there.map(({ instanceId }) => instanceId) }],
    // An account that fails keeps no other one's machines connected.
    TargetLocationMaxConcurrency: "100%",
    TargetLocationMaxErrors: "100%",
    TargetsMaxConcurrency: `${atOnce}`,
    TargetsMaxErrors: errors,
  };
}

function inParts<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, index) =>
    all.slice(index * most, (index + 1) * most),
  );
}
