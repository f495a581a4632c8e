import type { KMSClient } from "@aws-sdk/client-kms";
import { Command } from "commander";

import { refuseLookUp } from "../awsRefusals";
import type { Output } from "../output";
import { projectWorkspace } from "../projectWorkspace";
import { type RoomAws, roomAws } from "../room/roomAws";
import { roomByStack } from "../room/roomByStack";
import { recordFile } from "../../components/evidence/records/custodyRecord";
import { Refusal } from "../../components/refusal";
import { findTaggedKeys } from "../../components/room/taggedKeys";
import { incidentTags } from "../../components/tags";
import type { ClientConfig, ReadWorkspace } from "../../stacks/incidentState";
import { readProgram } from "../../stacks/program";
import { CaseRecords } from "./caseRecords";
import { findKeyEnds, type KeyEnd } from "./keyEnds";

/** What the command works on: a room that was destroyed, or should be. */
export interface DestroyedRoom {
  readonly kms: Pick<KMSClient, "send">;
  readonly records: CaseRecords;

  /** Looks up ARNs of the keys that carry the ticket. */
  readonly taggedKeys: () => Promise<readonly string[]>;

  /** Whether its configuration says that it is open. */
  readonly open: boolean;
}

/** The options of `clean-room destruction`. */
interface DestructionOptions {
  /** Name of the incident's stack. */
  readonly stack: string;
}

/**
 * Reads the command line.
 *
 * @param forged What an object that is no record does: nobody can delete it, so that a closing which it ended would never end.
 */
export function destructionCommand(
  roomOf: (stack: string) => Promise<DestroyedRoom>,
  { say, tell }: Output,
  forged: "ends with 1" | "is told" = "ends with 1",
): Command {
  const command = new Command("destruction")
    .description(
      "Records for when the deletion of a destroyed room's key is scheduled; ends with 1 when it is not.",
    )
    .requiredOption("--stack <name>", "the incident's stack")
    .action(async () => {
      const room = await roomOf(command.opts<DestructionOptions>().stack);
      const { kms, records } = room;
      const found = await records.all();
      for (const key of found.forged) {
        say(
          `${records.uri(key)}  is not what its name says, and counts for nothing: look at its versions`,
        );
        tell({ record: records.uri(key), forged: true });
        process.exitCode = forged === "is told" ? process.exitCode : 1;
      }
      const ends = await findKeyEnds(kms, found.records, await room.taggedKeys());
      if (ends.length === 0) {
        throw new Refusal(`The vault has no closing record of ${records.ticket}`, [
          "A room that was never closed has no key that is to end, and no key carries the ticket.",
          ...found.ofAnotherForm.map(
            (key) => `${records.uri(key)} is of another form and was not read.`,
          ),
        ]);
      }
      for (const end of ends) {
        const { certified, line } = await certify(end, room);
        say(`${end.keyArn}  ${line}`);
        const { keyArn, state, deletionDate, closingRecords } = end;
        tell({ keyArn, state, deletionDate, closingRecords, certified, told: line });
        if (!certified) {
          process.exitCode = 1;
        }
      }
    });
  return command;
}

/** Writes the record of a key's end where there is one to write. */
async function certify(
  { keyArn, closingRecords, state, deletionDate, record }: KeyEnd,
  { records, open }: DestroyedRoom,
): Promise<{ certified: boolean; line: string }> {
  if (closingRecords.length === 0) {
    return { certified: false, line: notClosed(state, deletionDate, open) };
  }
  if (state === undefined) {
    return record === undefined
      ? {
          certified: false,
          line: "KMS knows it no more, and no record says for when its end was scheduled",
        }
      : {
          certified: true,
          line: `KMS knows it no more; its end was recorded: ${records.uri(record)}`,
        };
  }
  if (deletionDate === undefined) {
    return {
      certified: false,
      line: open
        ? `is ${state}: the room is open again`
        : `is ${state}: its deletion is not scheduled, or was cancelled. Run pulumi destroy, then this again`,
    };
  }
  const scheduled = `is to be deleted at ${deletionDate.toISOString()}`;
  if (record !== undefined) {
    return { certified: true, line: `${scheduled}; recorded already: ${records.uri(record)}` };
  }
  const file = recordFile("destruction", records.ticket, {
    program: readProgram(),
    key: keyArn,
    state: "scheduled",
    deletionDate: deletionDate.toISOString(),
    closingRecords: [...closingRecords],
  });
  await records.write(file);
  return { certified: true, line: `${scheduled}; recorded: ${records.uri(file.key)}` };
}

/** Of a key that no closing record in force names: nothing is certified of it. */
function notClosed(
  state: string | undefined,
  deletionDate: Date | undefined,
  open: boolean,
): string {
  const unclosed = "no closing record in force names it";
  if (state === undefined) {
    return `KMS knows it no more, and ${unclosed}: what was under it ended without a word`;
  }
  if (deletionDate !== undefined) {
    return `is to be deleted at ${deletionDate.toISOString()}, and ${unclosed}. Where that was not meant, cancel it: aws kms cancel-key-deletion, then aws kms enable-key`;
  }
  return open
    ? `is ${state}, and ${unclosed}: the room is open`
    : `is ${state}, and ${unclosed}: its room was not closed, or it was left over. Run pulumi up, which records the closing; of a key that no room has any more: aws kms schedule-key-deletion --pending-window-in-days 7`;
}

/** The destroyed room of an incident's stack, by its configuration and its audit stack's vault; refused as {@link roomByStack} is. */
export async function roomOfStack(
  stack: string,
  workspace: ReadWorkspace,
  clients: (config: ClientConfig) => Pick<RoomAws, "kms" | "s3" | "sts" | "tagging">,
): Promise<DestroyedRoom> {
  const { settings, aws, foundation } = await roomByStack(stack, workspace, clients, [
    "vaultBucket",
  ]);
  const { closing, ticket } = settings;
  const records = new CaseRecords(aws.s3, foundation.vaultBucket, ticket, incidentTags(settings));
  const taggedKeys = () =>
    findTaggedKeys(aws.tagging, ticket).catch(refuseLookUp("The keys that carry the ticket"));
  return { kms: aws.kms, records, taggedKeys, open: !closing };
}

/** The subcommand, as it is called. */
export function destruction(output: Output): Command {
  return destructionCommand(
    async (stack) => roomOfStack(stack, await projectWorkspace(), roomAws),
    output,
  );
}
