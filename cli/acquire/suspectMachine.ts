import {
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  type Instance,
} from "@aws-sdk/client-ec2";
import { DescribeInstanceInformationCommand, GetDocumentCommand } from "@aws-sdk/client-ssm";

import {
  type Acquired,
  ACQUISITION_DOCUMENT,
  acquisitionContent,
  type AcquisitionPins,
  documentIn,
  partsOf,
  partsOfWindows,
  type PinnedTools,
  type SuspectPlatform,
} from "../../components/acquisition/acquisitionDocument";
import { failureOf, lookUpFailure } from "../../components/aws/failure";
import { Case } from "../../components/case";
import { sha256 } from "../../components/sha256";
import { TICKET_TAG } from "../../components/tags";
import type { NamedInstance } from "../room/namedInstances";
import type { RoomAws } from "../room/roomAws";

/** Name of a member stack's isolation groups. */
const ISOLATION_GROUP = "clean-room-isolation";

/** Of a machine whose memory is left. */
const NO_PARTS = { partMiB: 16, parts: 0 };

/** The way to a machine that reaches no service of AWS any more. */
const BY_A_LINK = "reach it through a room's link, as by LiME (docs/reach-the-suspect.md)";

/** The same, where LiME is none. */
const BY_ANOTHER = BY_A_LINK.replace("as by LiME", "with a tool of yours");

/** A machine that can be acquired. */
export interface SuspectMachine {
  readonly platform: SuspectPlatform;
  readonly memoryMiB: number;
  readonly partMiB: number;
  readonly parts: number;

  /** Whether it carries the ticket already. */
  readonly tagged: boolean;

  /** The account's document, whose text is this program's: its version, and what it lets run. */
  readonly document: SentDocument;
}

/** A document of an account, as it is. */
export interface SentDocument {
  readonly version: string;
  readonly sha256: string;
  readonly tools: PinnedTools;
}

/**
 * Looks at a machine and at what its account has prepared, by the responder role's credentials.
 *
 * @returns what is to be known of it, or every reason why it cannot be acquired, with the way that works.
 */
export async function lookAtSuspect(
  { accountId, region, instanceId }: NamedInstance,
  {
    ticket,
    what,
    pins,
  }: {
    readonly ticket: string;
    readonly what: Acquired;

    /** What the account's document has to let: unknown where no program is. */
    readonly pins: AcquisitionPins | undefined;
  },
  { ec2, ssm }: Pick<RoomAws, "ec2" | "ssm">,
): Promise<SuspectMachine | { readonly reasons: readonly string[] }> {
  const reasons: string[] = [];
  const failed = (what: string, error: unknown, absent?: string) => {
    reasons.push(lookUpFailure(what, error, absent));
    return undefined;
  };
  const [machine, agent, document] = await Promise.all([
    ec2
      .send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }))
      .then(({ Reservations }) => Reservations?.[0]?.Instances?.[0])
      .catch((error: unknown) =>
        failed(
          instanceId,
          error,
          `${instanceId} is not in ${region} of account ${accountId}: name its own, <account>/<region>/${instanceId}.`,
        ),
      ),
    ssm
      .send(
        new DescribeInstanceInformationCommand({
          Filters: [{ Key: "InstanceIds", Values: [instanceId] }],
        }),
      )
      .then(({ InstanceInformationList }) => InstanceInformationList?.[0] ?? "unmanaged")
      .catch((error: unknown) => failed("The agent of Systems Manager", error)),
    ssm
      .send(new GetDocumentCommand({ Name: ACQUISITION_DOCUMENT }))
      .catch((error: unknown) =>
        failureOf(error) === "denied" || failureOf(error) === "absent"
          ? void reasons.push(
              `Account ${accountId} has no document ${ACQUISITION_DOCUMENT} in ${region} that its responder may send: have its own stack deployed with ${pins === undefined ? "the setting acquisition (docs/acquire.md)" : settingOf(pins)}.`,
            )
          : failed(`The document ${ACQUISITION_DOCUMENT}`, error),
      ),
  ]);
  if (machine !== undefined) {
    reasons.push(...reasonsOfMachine(machine, instanceId, ticket));
  }
  const told = typeof agent === "object" ? agent.PlatformType : undefined;
  // What EC2 says is of the image, and what the agent says is of what runs.
  const platform: SuspectPlatform =
    (told ?? machine?.Platform)?.toLowerCase() === "windows" ? "Windows" : "Linux";
  const found = documentIn(document?.Content ?? "");
  if (
    pins !== undefined &&
    document?.Content !== undefined &&
    found?.sha256 !== sha256(acquisitionContent(pinsFor(platform, pins, found?.tools)))
  ) {
    reasons.push(
      `The document ${ACQUISITION_DOCUMENT} of account ${accountId} in ${region} is not this version's, or lets another vault or other programs: have its own stack deployed with this version of the program, and with ${settingOf(pins)}.`,
    );
  }
  if (told !== undefined && told !== platform) {
    reasons.push(
      `${instanceId} is a ${told}, of which nothing is acquired live by this command: ${BY_ANOTHER}.`,
    );
  }
  if (platform === "Windows" && pins !== undefined && pins.winpmem === undefined) {
    reasons.push(
      `${instanceId} is a Windows, and toolsBucket of the audit stack has no winpmem: have it put there as docs/acquire.md has it, or ${BY_ANOTHER}.`,
    );
  }
  if (agent === "unmanaged") {
    reasons.push(
      `${instanceId} is not managed by Systems Manager: no agent has reported from it with a role that lets it. Snapshot its disks (docs/contain.md), and ${BY_A_LINK}.`,
    );
  } else if (agent !== undefined && agent.PingStatus !== "Online") {
    reasons.push(
      `The agent of ${instanceId} has not reported since ${agent.LastPingDateTime?.toISOString() ?? "it was known"} (${agent.PingStatus}): start it, or where the machine reaches Systems Manager no more, ${BY_A_LINK}.`,
    );
  }
  const memoryMiB = await memoryOf(machine, ec2).catch((error: unknown) =>
    failed(`The memory of ${machine?.InstanceType}`, error),
  );
  const parts =
    memoryMiB === undefined
      ? undefined
      : what === "state"
        ? NO_PARTS
        : (platform === "Windows" ? partsOfWindows : partsOf)(memoryMiB);
  if (memoryMiB !== undefined && parts === undefined) {
    reasons.push(
      `${instanceId} has ${memoryMiB} MiB of memory, more than goes into the vault within the hour: acquire --only state, and ${BY_A_LINK}.`,
    );
  }
  return reasons.length > 0 || memoryMiB === undefined || parts === undefined || found === undefined
    ? { reasons }
    : {
        platform,
        memoryMiB,
        ...parts,
        tagged: ticketOf(machine) !== undefined,
        document: { version: document?.DocumentVersion ?? "", ...found },
      };
}

function reasonsOfMachine(machine: Instance, instanceId: string, ticket: string): string[] {
  const reasons: string[] = [];
  const held = ticketOf(machine);
  if (held !== undefined && held !== new Case(ticket).tag) {
    reasons.push(`${instanceId} is held for ${held}: acquire it with that ticket.`);
  }
  if (machine.State?.Name !== "running") {
    reasons.push(
      `${instanceId} is ${machine.State?.Name}: memory ends with that. Hand its disks over (docs/evidence.md).`,
    );
  }
  if (machine.Architecture !== "x86_64") {
    reasons.push(
      `${instanceId} is ${machine.Architecture}, and what is carried runs on x86_64 only: ${BY_A_LINK}.`,
    );
  }
  const interfaces = machine.NetworkInterfaces ?? [];
  const isolated = interfaces.filter(
    ({ Groups = [] }) =>
      Groups.length > 0 && Groups.every(({ GroupName }) => GroupName === ISOLATION_GROUP),
  );
  if (isolated.length > 0 && isolated.length === interfaces.length) {
    reasons.push(
      `${instanceId} is in its isolation group, and reaches neither Systems Manager nor the vault: ${BY_A_LINK}.`,
    );
  }
  return reasons;
}

function ticketOf(machine: Instance | undefined): string | undefined {
  return machine?.Tags?.find(({ Key }) => Key === TICKET_TAG)?.Value;
}

async function memoryOf(
  machine: Instance | undefined,
  ec2: RoomAws["ec2"],
): Promise<number | undefined> {
  if (machine?.InstanceType === undefined) {
    return undefined;
  }
  const { InstanceTypes } = await ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: [machine.InstanceType] }),
  );
  return InstanceTypes?.[0]?.MemoryInfo?.SizeInMiB;
}

/**
 * What the document has to let. WinPmem is no Linux's: an account whose stack was deployed before the tools bucket had it, or
 * had another, has its Linux acquired all the same.
 */
function pinsFor(
  platform: SuspectPlatform,
  pins: AcquisitionPins,
  found: PinnedTools | undefined,
): AcquisitionPins {
  return platform === "Windows" ? pins : { ...pins, winpmem: found?.winpmem };
}

/** What a member account's stack is given, as it stands in its file. */
function settingOf({ vault, avml, busybox, winpmem }: AcquisitionPins): string {
  const windows = winpmem === undefined ? "" : `, winpmem: ${winpmem}`;
  return `clean-room:acquisition: { vault: ${vault}, avml: ${avml}, busybox: ${busybox}${windows} }`;
}
