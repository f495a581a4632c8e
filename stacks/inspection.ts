import * as pulumi from "@pulumi/pulumi";

import { requireIncidentDeployer } from "../components/access/incidentDeployer";
import { NotLoggedIn } from "../components/awsFailure";
import { requireGrantee } from "../components/evidence/suspectKeyGrantees";
import { Refusal } from "../components/refusal";
import { findForensicsAmi } from "../components/room/forensicsAmi";
import { findOpenWorkstation } from "../components/room/openWorkstation";
import { findClaims, requireSlot } from "../components/room/slotClaims";
import { requireReach } from "../components/room/suspectReach";
import { TICKET_TAG, type Tags } from "../components/tags";
import type { IncidentSettings } from "../settings";
import { type EvidenceInspection, inspectEvidence } from "./evidenceInspection";
import type { Foundation } from "./foundation";

/** What was found in the account before anything of the room is declared. */
export interface Inspection {
  /** The slot the room takes. */
  readonly slot: Foundation["slots"][number];

  /** Image of the workstation; of an open room, the one it was opened with. */
  readonly amiId: string;

  /** SHA-256 of the list of what that image carries. */
  readonly toolboxDigest: string;

  /** Size of the workstation; of an open room, the one it was opened with. */
  readonly instanceType: string;

  readonly evidence: EvidenceInspection;
}

/**
 * Looks at the account and refuses, all reasons at once, what AWS would refuse in mid-deployment or
 * what would hurt an open room.
 *
 * @param deployedBy ARN of whoever deploys, as STS names the caller.
 * @throws Refusal
 */
export async function inspect(
  settings: IncidentSettings,
  foundation: Foundation,
  tags: Tags,
  deployedBy: string,
): Promise<Inspection> {
  const { ticket, suspectKeys, closing } = settings;
  const ticketTag = tags[TICKET_TAG] as string;

  // Looked up once, beside the other look-ups.
  const claims = findClaims();
  const [room, , found] = await allOrEveryReason([
    (async () => {
      const names = foundation.slots.map(({ name }) => name);
      const open = requireSlot(ticket, settings.slot, names, await claims);
      if (closing && !open) {
        throw new Refusal(`There is no room of ${ticket} to close`, [
          "It was never opened, or it is destroyed already. Set closing to false to open it.",
        ]);
      }
      const slot = foundation.slots.find(({ name }) => name === settings.slot);
      if (slot === undefined) {
        throw new Error(`requireSlot let ${settings.slot} pass`);
      }
      return { slot, ...(await findMachine(settings, foundation, ticketTag, slot.subnetId)) };
    })(),
    // A room is closed also when the way to the suspect is gone.
    closing ? Promise.resolve() : requireReach(settings, foundation),
    inspectEvidence(
      settings,
      foundation,
      ticketTag,
      claims.then((taken) => [...taken.values()].includes(ticket)),
    ),
    Promise.resolve().then(() => {
      requireIncidentDeployer(deployedBy, foundation.incidentDeployers);
      if (!closing && suspectKeys.length > 0) {
        requireGrantee(deployedBy, foundation.incidentDeployers);
      }
    }),
  ] as const);
  return { ...room, evidence: found };
}

async function findMachine(
  settings: IncidentSettings,
  { amiParameter, toolboxDigest }: Foundation,
  ticketTag: string,
  subnetId: string,
): Promise<Omit<Inspection, "slot" | "evidence">> {
  const { amiId, instanceType } = settings;
  const workstation = await findOpenWorkstation(ticketTag, subnetId);
  if (workstation === undefined) {
    const image = await findForensicsAmi(amiId, amiParameter, settings);
    if (toolboxDigest !== undefined && image.toolboxDigest !== toolboxDigest) {
      void pulumi.log.warn(
        `The image ${image.amiId} carries another toolbox than the audit stack's pipeline builds by now; npm run image -- build makes the new one.`,
      );
    }
    return { instanceType, amiId: image.amiId, toolboxDigest: image.toolboxDigest };
  }
  const differing = [
    ...(workstation.instanceType === instanceType ? [] : [`instanceType ${instanceType}`]),
    ...(amiId === undefined || workstation.amiId === amiId ? [] : [`amiId ${amiId}`]),
  ];
  if (differing.length > 0) {
    void pulumi.log.warn(
      `Not applied: ${differing.join(", ")}. The workstation ${workstation.instanceId} (${workstation.instanceType}, ${workstation.amiId}) is at work and is neither replaced nor restarted.`,
    );
  }
  return workstation;
}

/** Waits for all; where some refuse, throws one Refusal with the reasons of every one of them. */
async function allOrEveryReason<T extends readonly unknown[]>(promises: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const results = await Promise.allSettled(promises);
  const failures = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason as Error] : [],
  );
  if (failures.length === 0) {
    return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as never;
  }
  // Without credentials no other reason is worth reading.
  const fault =
    failures.find((failure) => failure instanceof NotLoggedIn) ??
    failures.find((failure) => !(failure instanceof Refusal));
  if (fault !== undefined) {
    throw fault;
  }
  throw new Refusal(
    "The room is left as it is",
    failures.map(({ message }) => message.replace(/\n\s+- /g, " ")),
  );
}
