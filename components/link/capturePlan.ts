import { isWithin, parseCidr } from "../cidr";
import { isMirrored } from "./mirrorSources";
import type { Interface, SuspectNetwork } from "./network";

/** What of the suspect's traffic is mirrored, and how its sessions are numbered. */
export interface CapturePlan {
  /** Interfaces of the suspect, `eni-…`, sorted. */
  readonly interfaces: readonly string[];

  /** Number of each session, and the VXLAN id that its packets come with: the slot's own. */
  readonly number: number;
}

/** A session that mirrors an interface. */
export interface MirrorSession {
  /** `tms-…`. */
  readonly sessionId: string;
  readonly interfaceId: string;
  readonly number: number;

  /** The tag `Name`, and the ticket's. */
  readonly name: string;
  readonly ticketTag: string | undefined;
}

/** What EC2 tells of interfaces that are to be mirrored. */
export interface MirrorSources {
  /** By instance, its type. */
  readonly instanceTypes: ReadonlyMap<string, string>;

  /** Sessions of the interfaces, whosever they are. */
  readonly sessions: readonly MirrorSession[];
}

/** Sessions that an interface has at most: VPC Traffic Mirroring guide, "Traffic Mirroring quotas". */
const MOST_SESSIONS = 3;

/**
 * Plans a capture. An interface has one session of a number, so that two rooms that mirror it have to differ: each slot
 * has its number, by its place in the forensics VPC.
 */
export function planCapture(
  interfaces: readonly string[],
  { slotCidr, vpcCidr }: { readonly slotCidr: string; readonly vpcCidr: string },
): CapturePlan {
  const [slot, vpc] = [parseCidr(slotCidr), parseCidr(vpcCidr)];
  if (slot === undefined || vpc === undefined) {
    throw new Error(`${slotCidr} or ${vpcCidr} is no range`);
  }
  return {
    interfaces: [...interfaces].sort(),
    number: 1 + (slot.first - vpc.first) / (slot.last - slot.first + 1),
  };
}

/** What speaks against a capture, and what is to be known of it, a sentence each. */
export function judgeCapture(
  { interfaces, number }: CapturePlan,
  {
    account,
    suspectCidrs,
    ticketTag,
  }: {
    readonly account: string;
    readonly suspectCidrs: readonly string[];
    readonly ticketTag: string;
  },
  network: Pick<SuspectNetwork, "vpcId" | "interfaces">,
  { instanceTypes, sessions }: MirrorSources,
): { readonly reasons: readonly string[]; readonly warnings: readonly string[] } {
  const reasons: string[] = [];
  const warnings: string[] = [];
  for (const id of interfaces) {
    const found = network.interfaces.find(({ interfaceId }) => interfaceId === id);
    if (found === undefined) {
      reasons.push(
        `${id} of capture is no interface in ${network.vpcId} of account ${account}, where the isolation group is. Name an interface of the suspect: aws ec2 describe-network-interfaces --filters Name=vpc-id,Values=${network.vpcId}.`,
      );
      continue;
    }
    const others = sessions.filter(
      (each) => each.interfaceId === id && each.ticketTag !== ticketTag,
    );
    reasons.push(...placeReasons(found, suspectCidrs), ...sessionReasons(id, number, others));
    const type = instanceTypes.get(found.instanceId ?? "");
    if (type === undefined) {
      reasons.push(
        `${id} of capture is on no instance (${found.instanceId ?? "nothing is attached"}): whether AWS mirrors it is not known. Name the interface of the suspect's instance.`,
      );
    } else if (isMirrored(type) === "no") {
      reasons.push(
        `${id} of capture is on ${found.instanceId}, a ${type}: AWS mirrors no interface of that type. Leave it out; evidence-capture on the suspect's side, or its flow logs, tell what there is.`,
      );
    } else if (isMirrored(type) === "unknown") {
      warnings.push(
        `${id} is on a ${type}, which AWS's list of what it mirrors did not name when this program was written: it may refuse the session.`,
      );
    }
    warnings.push(
      ...others.map(
        (other) =>
          `${id} is mirrored by ${other.sessionId} as well (number ${other.number}, ${other.ticketTag ?? "of no ticket"}): of the two the lower number gets what both ask for, and the room's is ${number}.`,
      ),
    );
  }
  return { reasons, warnings };
}

/** Packets come from the interface's primary address: from another one the workstation takes none. */
function placeReasons({ interfaceId, addresses }: Interface, suspectCidrs: readonly string[]) {
  const [primary = ""] = addresses;
  return suspectCidrs.some((cidr) => isWithin(primary, cidr))
    ? []
    : [
        `${interfaceId} of capture has the address ${primary || "none"}, which is not in suspectCidrs (${suspectCidrs.join(", ")}): the link leads elsewhere, and the workstation takes nothing from there. Add ${primary}/32 to suspectCidrs, or leave the interface out.`,
      ];
}

function sessionReasons(id: string, number: number, others: readonly MirrorSession[]): string[] {
  const same = others.find((each) => each.number === number);
  if (same !== undefined) {
    return [
      `${id} of capture has a session of the number ${number} already, ${same.sessionId} (${same.ticketTag ?? "of no ticket"}), and that is the slot's. Have it renumbered by whose it is, aws ec2 modify-traffic-mirror-session, or open the room in another slot.`,
    ];
  }
  return others.length >= MOST_SESSIONS
    ? [
        `${id} of capture has ${others.length} sessions (${others.map(({ sessionId }) => sessionId).join(", ")}), and AWS takes ${MOST_SESSIONS}. Have one taken away by whose it is.`,
      ]
    : [];
}
