import {
  DescribeInstancesCommand,
  DescribeTrafficMirrorFiltersCommand,
  DescribeTrafficMirrorSessionsCommand,
  DescribeTrafficMirrorTargetsCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";

import { pages } from "../aws/pages";
import { TICKET_TAG } from "../tags";
import type { MirrorSession, MirrorSources } from "./capturePlan";
import { tagOf } from "./networkLookUps";

type Ec2 = Pick<EC2Client, "send">;

/** A part of a capture that carries a ticket. */
export interface MirrorPart {
  readonly id: string;

  /** The tag `Name`. */
  readonly name: string;
}

/** A filter of a ticket, with its rules. */
export interface MirrorFilter extends MirrorPart {
  readonly rules: readonly { readonly id: string; readonly direction: "ingress" | "egress" }[];
}

/**
 * Looks up what is on interfaces that are to be mirrored, with credentials of their account.
 *
 * @throws Error as AWS refuses.
 */
export async function findMirrorSources(
  ec2: Ec2,
  interfaceIds: readonly string[],
  instanceIds: readonly string[],
): Promise<MirrorSources> {
  // Asked for by a filter: an instance that is gone is no error then.
  const instances = [{ Name: "instance-id", Values: [...instanceIds] }];
  const onThem = [{ Name: "network-interface-id", Values: [...interfaceIds] }];
  const [machines, sessions] = await Promise.all([
    instanceIds.length === 0
      ? []
      : pages((NextToken) =>
          ec2.send(new DescribeInstancesCommand({ Filters: instances, NextToken })),
        ),
    pages((NextToken) =>
      ec2.send(new DescribeTrafficMirrorSessionsCommand({ Filters: onThem, NextToken })),
    ),
  ]);
  return {
    instanceTypes: new Map(
      machines
        .flatMap(({ Reservations = [] }) => Reservations)
        .flatMap(({ Instances = [] }) => Instances)
        .map(({ InstanceId = "", InstanceType = "" }) => [InstanceId, InstanceType]),
    ),
    sessions: sessions
      .flatMap(({ TrafficMirrorSessions = [] }) => TrafficMirrorSessions)
      .map((each): MirrorSession => ({
        sessionId: each.TrafficMirrorSessionId ?? "",
        interfaceId: each.NetworkInterfaceId ?? "",
        number: Number(each.SessionNumber),
        name: tagOf(each.Tags, "Name") ?? "",
        ticketTag: tagOf(each.Tags, TICKET_TAG),
      }))
      .filter(({ interfaceId }) => interfaceIds.includes(interfaceId)),
  };
}

/** Looks up the filters of a ticket, with credentials of the suspect's account. @throws Error as AWS refuses. */
export async function findMirrorFilters(ec2: Ec2, ticketTag: string): Promise<MirrorFilter[]> {
  const found = await pages((NextToken) =>
    ec2.send(new DescribeTrafficMirrorFiltersCommand({ Filters: of(ticketTag), NextToken })),
  );
  return found
    .flatMap(({ TrafficMirrorFilters = [] }) => TrafficMirrorFilters)
    .filter(({ Tags }) => tagOf(Tags, TICKET_TAG) === ticketTag)
    .map(
      ({ TrafficMirrorFilterId = "", Tags, IngressFilterRules = [], EgressFilterRules = [] }) => ({
        id: TrafficMirrorFilterId,
        name: tagOf(Tags, "Name") ?? "",
        rules: (
          [
            ["ingress", IngressFilterRules],
            ["egress", EgressFilterRules],
          ] as const
        ).flatMap(([direction, rules]) =>
          rules.map(({ TrafficMirrorFilterRuleId = "" }) => ({
            id: TrafficMirrorFilterRuleId,
            direction,
          })),
        ),
      }),
    );
}

/** Looks up the targets of a ticket in the Audit account. @throws Error as AWS refuses. */
export async function findMirrorTargets(ec2: Ec2, ticketTag: string): Promise<MirrorPart[]> {
  const found = await pages((NextToken) =>
    ec2.send(new DescribeTrafficMirrorTargetsCommand({ Filters: of(ticketTag), NextToken })),
  );
  return found
    .flatMap(({ TrafficMirrorTargets = [] }) => TrafficMirrorTargets)
    .filter(({ Tags }) => tagOf(Tags, TICKET_TAG) === ticketTag)
    .map(({ TrafficMirrorTargetId = "", Tags }) => ({
      id: TrafficMirrorTargetId,
      name: tagOf(Tags, "Name") ?? "",
    }));
}

function of(ticketTag: string) {
  return [{ Name: `tag:${TICKET_TAG}`, Values: [ticketTag] }];
}
