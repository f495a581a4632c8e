import { existsSync, writeFileSync } from "node:fs";

import { GetObjectTaggingCommand, type S3Client } from "@aws-sdk/client-s3";
import { stringify } from "yaml";

import { refuseLookUp } from "../awsRefusals";
import { Case, VAULT_FOLDERS } from "../../components/case";
import {
  findCaseRecords,
  findObjects,
  type FoundRecords,
} from "../../components/evidence/records/caseRecords";
import { closingsInForce } from "../../components/evidence/records/closings";
import type { RoomFacts } from "../../components/evidence/records/roomForm";
import { findWorkingVolumes } from "../../components/evidence/copies/workingVolumes";
import { Refusal } from "../../components/refusal";
import { asText, parseSettings } from "../../settings/parseSettings";
import { restoredEvidence } from "./restoredEvidence";
import { furtherNames, restoredSettings } from "./restoredSettings";
import { findWorkstations } from "../room/workstation";
import type { RoomClients } from "./roomInAws";

/** Where a lost stack's settings are read from. */
export interface RestorationSource {
  readonly stack: string;

  /** Name of the audit stack, as the settings say it. */
  readonly auditStack: string;

  /** The vault's name. */
  readonly bucket: string;
  readonly clients: RoomClients & { readonly s3: Pick<S3Client, "send"> };
}

/** A stack's settings, restored. */
export interface Restoration {
  readonly ticket: string;

  /** Settings by full key. */
  readonly settings: Readonly<Record<string, unknown>>;

  /** What a person has to look at, in sentences. */
  readonly cautions: readonly string[];
}

/**
 * Restores the settings of a room from its newest record, the records of its evidence, and what carries its
 * ticket.
 *
 * @throws Refusal where the vault has no record of such a room.
 */
export async function restore(source: RestorationSource): Promise<Restoration> {
  const { stack, auditStack, bucket, clients } = source;
  const ticket = await findTicket(clients.s3, bucket, stack);
  const found = await findCaseRecords(clients.s3, { bucket, ticket });
  const newest = newestRoom(found);
  if (newest === undefined) {
    throw new Refusal(`The settings of ${stack} are not restored`, [
      `The vault has no record of a room of ${ticket} in a form that is read here (${found.ofAnotherForm.length} of another). Write Pulumi.${stack}.yaml by hand: docs/open-a-room.md.`,
    ]);
  }
  const tags = await tagsOf(clients.s3, bucket, newest.key);
  const [machines, volumes] = await Promise.all([
    findWorkstations(clients.ec2, ticket),
    findWorkingVolumes(clients.ec2, ticket),
  ]);
  const { room } = newest;
  const further = new Map((room.workstations ?? []).map(({ name, instance }) => [instance, name]));
  const evidence = restoredEvidence(found, room.incidentKey, volumes, further);
  const closing = closingsInForce(found.records, room.incidentKey).length > 0;
  const instanceTypes = new Map(
    [...machines].flatMap(([name, { InstanceType }]) =>
      InstanceType === undefined ? [] : [[name, InstanceType] as const],
    ),
  );
  const settings = restoredSettings({
    ticket,
    auditStack,
    room,
    tags,
    evidence: evidence.entries,
    instanceTypes,
    closing,
  });
  // It would be refused by every command.
  parseSettings({ project: "clean-room", stack, values: asText(settings) });
  return {
    ticket,
    settings,
    cautions: [
      `No record has quotas, copyMinutes, workingVolumeThroughput, workingVolumeInitializationRate, amiId and rootVolumeGiB, nor the settings of AWS's credentials (aws:profile, aws:assumeRoles): add what the room had.`,
      ...(room.suspectKeys ?? []).map(
        (key) =>
          `No record has the role by which ${key} is granted: compare assumeRole in suspectKeys.`,
      ),
      ...furtherNames({ room, instanceTypes })
        .filter((name) => room.workstations?.some((each) => each.name === name) !== true)
        .map(
          (name) =>
            `EC2 has the workstation ${name} (${machines.get(name)?.InstanceId}), and no record has it, as where opening was interrupted: it is among workstations. Take it out if it is not to be.`,
        ),
      ...evidence.ofEarlierRooms.map(
        (source_) => `${source_} was evidence of an earlier room of ${ticket}, and is left out.`,
      ),
      ...found.forged.map(
        (key) => `s3://${bucket}/${key} is not what its name says, and counts for nothing.`,
      ),
      ...(closing ? [`A closing record names this room's key: closing is true.`] : []),
    ],
  };
}

/**
 * Writes the file of a stack.
 *
 * @param file Its path.
 * @throws Refusal where there is one.
 */
export function writeStackFile(file: string, { ticket, settings }: Restoration): void {
  if (existsSync(file)) {
    throw new Refusal(`${file} is there`, [
      "It is not written over: move it away first, and compare the two.",
    ]);
  }
  const heading = `# Restored by npx clean-room mend from the records of ${ticket}: read it before you deploy.\n`;
  writeFileSync(file, heading + stringify({ config: settings }));
}

/** The ticket whose stack has this name: stacks are named in lower case. */
async function findTicket(
  s3: Pick<S3Client, "send">,
  bucket: string,
  stack: string,
): Promise<string> {
  const name = stack.split("/").at(-1) ?? stack;
  const keys = await findObjects(s3, bucket, `${VAULT_FOLDERS.records}/`);
  const tickets = [...new Set(keys.map((key) => key.split("/")[1] ?? ""))].filter(
    (ticket) => new Case(ticket).stack === name,
  );
  const [ticket, another] = tickets;
  if (ticket === undefined || another !== undefined) {
    throw new Refusal(`The settings of ${stack} are not restored`, [
      ticket === undefined
        ? `The vault ${bucket} has no record of a ticket that is ${name} in lower case. Is it the audit stack of that room?`
        : `The vault ${bucket} has records of ${tickets.sort().join(" and of ")}: write Pulumi.${name}.yaml by hand.`,
    ]);
  }
  return ticket;
}

/** The room as it was recorded last, by its opening or since. */
function newestRoom({
  records,
  written,
}: FoundRecords): { readonly key: string; readonly room: RoomFacts } | undefined {
  const time = (key: string) => written.get(key)?.getTime() ?? 0;
  return [...records]
    .flatMap(([key, { event, facts }]) =>
      event === "opening" || event === "room" ? [{ key, room: facts.room }] : [],
    )
    .sort((a, b) => time(a.key) - time(b.key))
    .at(-1);
}

async function tagsOf(
  s3: Pick<S3Client, "send">,
  Bucket: string,
  Key: string,
): Promise<Record<string, string>> {
  const { TagSet = [] } = await s3
    .send(new GetObjectTaggingCommand({ Bucket, Key }))
    .catch(refuseLookUp(`The tags of s3://${Bucket}/${Key}`));
  return Object.fromEntries(TagSet.map(({ Key: key = "", Value = "" }) => [key, Value]));
}
