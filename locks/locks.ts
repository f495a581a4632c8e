import { join } from "node:path";

import { EC2Client } from "@aws-sdk/client-ec2";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { Command } from "commander";

import { SNAPSHOT_PARAMETER } from "../components/evidence/lockRunbook";
import { LOCK_RUNBOOK } from "../components/lockRunbookName";
import { partitionOf } from "../components/partition";
import { Refusal } from "../components/refusal";
import {
  readIncidentState,
  type ReadWorkspace,
  reasonOf,
  withoutRoom,
} from "../stacks/incidentState";
import { type CopyLock, PreservedCopyLocks } from "./preservedCopyLocks";

/** The options of `npm run locks`. */
interface LocksOptions {
  /** Name of the incident's stack. */
  readonly stack: string;
}

/** What of a stack's output `volumes` is read here. */
interface VolumeOutput {
  readonly sourceSnapshot: string;
  readonly preservedSnapshot: string;
}

/** Reads the command line. */
export function locksCommand(
  locksOf: (stack: string) => Promise<PreservedCopyLocks>,
  say: (line: string) => void,
): Command {
  const command = new Command("locks")
    .description(
      "Shows whether each preserved copy of a room is locked; ends with 1 when one is not.",
    )
    .requiredOption("--stack <name>", "the incident's stack")
    .action(async () => {
      const copies = await locksOf(command.opts<LocksOptions>().stack);
      const { ticket, region } = copies.room;
      const locks = await copies.locks();
      if (locks.length === 0) {
        say(`the room of ${ticket} has no evidence, and so no preserved copy to lock`);
        return;
      }
      locks.map(line).forEach(say);
      const open = locks.filter(({ holds }) => !holds);
      if (open.length === 0) {
        say(`every preserved copy of ${ticket} is locked`);
        return;
      }
      say(
        `${open.length} of ${locks.length} not locked: run this, and npm run locks again, before you destroy the room`,
      );
      open.map((lock) => startOfRunbook(lock, region)).forEach(say);
      process.exitCode = 1;
    });
  return command;
}

function line({ copy, state, expires }: CopyLock): string {
  const until = expires === undefined ? [] : [`until ${expires.toISOString().slice(0, 19)}Z`];
  return [copy.snapshot, `copy of ${copy.source}`, state ?? "not locked", ...until].join("  ");
}

/** The command that locks a copy. */
function startOfRunbook({ copy }: CopyLock, region: string): string {
  const arn = `arn:${partitionOf(region).name}:ec2:${region}::snapshot/${copy.snapshot}`;
  return `  aws ssm start-automation-execution --region ${region} --document-name ${LOCK_RUNBOOK} --parameters ${SNAPSHOT_PARAMETER}=${arn}`;
}

/**
 * The locks of the preserved copies of an incident's stack, by its outputs and its configuration.
 *
 * @param stack The stack's name, or `organisation/project/stack`.
 * @throws Refusal where it is no incident's stack, has no room, or its outputs lack evidence that it is
 * configured with.
 */
export async function locksOfStack(
  stack: string,
  workspace: ReadWorkspace,
  ec2OfRegion: (region: string) => Pick<EC2Client, "send">,
): Promise<PreservedCopyLocks> {
  const { settings, outputs } = await readIncidentState(stack, workspace);
  const volumes = outputs["volumes"]?.value as readonly VolumeOutput[] | undefined;
  if (volumes === undefined) {
    throw withoutRoom(stack, "locks are looked at before pulumi destroy");
  }
  // An up that failed half-way leaves a copy that the outputs do not name.
  const sources = volumes.map(({ sourceSnapshot }) => sourceSnapshot);
  const unnamed = settings.evidence.filter(({ snapshot }) => !sources.includes(snapshot));
  if (unnamed.length > 0) {
    throw new Refusal(
      `The outputs of ${stack} do not name all preserved copies`,
      unnamed.map(
        ({ snapshot }) => `Of ${snapshot} they name none: run pulumi up --stack ${stack} first.`,
      ),
    );
  }
  const { ticket, region } = settings;
  const copies = volumes.map(({ sourceSnapshot, preservedSnapshot }) => ({
    snapshot: preservedSnapshot,
    source: sourceSnapshot,
  }));
  return new PreservedCopyLocks(ec2OfRegion(region), { ticket, region, copies });
}

if (require.main === module) {
  locksCommand(
    async (stack) =>
      locksOfStack(
        stack,
        await LocalWorkspace.create({ workDir: join(__dirname, "..") }),
        (region) => new EC2Client({ region }),
      ),
    console.log,
  )
    .parseAsync()
    .catch((error: unknown) => {
      console.error(`locks: ${reasonOf(error)}`);
      process.exitCode = 1;
    });
}
