import { Command } from "commander";

import { Case } from "../../components/case";
import { asText } from "../../settings/parseSettings";
import { awsCredentials } from "../../stacks/awsCredentials";
import { columns } from "../columns";
import { requireLogin } from "../login";
import { readEngineState } from "../mend/engineState";
import { roomFindings } from "../mend/mend";
import type { Output } from "../output";
import { reasonOf } from "../reasonOf";
import { findFoundation } from "../room/foundationOfRooms";
import { findRoom } from "../room/knownRoom";
import { duration } from "../room/progress";
import { projectConfig } from "../room/projectConfig";
import { RoomFile } from "../room/roomFile";
import { findRooms, type RoomInAws } from "../room/roomsInAws";
import { READING, type Surroundings, surroundings } from "../room/surroundings";

/** The options of `clean-room list`. */
interface ListOptions {
  readonly auditStack?: string;
  readonly drift?: true;
}

/** Reads the command line. */
export function listCommand(around: Surroundings): Command {
  const { output } = around;
  const command = new Command("list")
    .description(
      "Lists the rooms of a foundation: ticket, slot, since when, by whom, evidence, what each has cost so far. Asks AWS and the vault, so a colleague's rooms are among them; changes nothing.",
    )
    .option("--audit-stack <name>", "the foundation's stack")
    .option("--drift", "compare each with what the engine has, as mend does")
    .action(async () => {
      const options = command.opts<ListOptions>();
      const stacks = await around.stacks(READING);
      const workspace = await stacks.workspace();
      const project = projectConfig(await workspace.projectSettings());
      const named = options.auditStack ?? (project["clean-room:auditStack"] as string | undefined);
      const foundation = await findFoundation(named ?? "audit", workspace);
      const credentials = awsCredentials(
        asText({ ...ofAws(foundation.config), ...ofAws(project) }),
      );
      const aws = around.aws({ region: foundation.region, credentials });
      await requireLogin(aws.sts, foundation.accountId);
      const now = new Date();
      const rooms = await findRooms(aws, foundation, now);
      const listed = await stacks.list();
      if (rooms.length === 0) {
        output.say(`No room is open; ${foundation.slots.length} slots are free.`);
        return;
      }
      const rows = await Promise.all(
        rooms.map(async (room) => {
          const { stack } = new Case(room.ticket);
          const isHere = listed.some(({ name }) => name === stack);
          const hasFile = RoomFile.isThere(stacks.file(stack));
          const drift =
            options.drift === true && isHere && hasFile
              ? await differences(room.ticket, around)
              : undefined;
          const state = !isHere ? "no stack here" : hasFile ? "" : "its file is elsewhere";
          output.tell({ ...room, drift, stack, isHere, hasFile });
          return [...rowOf(room, now), ...(drift === undefined ? [] : [driftText(drift)]), state];
        }),
      );
      const headings = [
        "ticket",
        "slot",
        "open for",
        "by",
        "workstation",
        "disks",
        "so far",
        "",
        "",
      ];
      columns([headings, ...rows]).forEach((line) => output.say(line));
      output.say(
        `${foundation.slots.length - rooms.length} of ${foundation.slots.length} slots are free.`,
      );
    });
  return command;
}

function rowOf(
  { ticket, slot, since, by, workstation, further, disks, usd, closing }: RoomInAws,
  now: Date,
): string[] {
  return [
    ticket,
    slot,
    since === undefined ? "-" : duration(now.getTime() - since.getTime()),
    by?.split("/").slice(1).join("/") ?? "-",
    [
      workstation === undefined
        ? "none"
        : `${workstation.InstanceId} ${workstation.State?.Name ?? ""}`,
      ...further,
    ].join(", "),
    `${disks}`,
    usd === undefined ? "-" : `${usd.toFixed(2)} USD`,
    closing ? "closing" : "",
  ];
}

/** How many differences there are between AWS and the engine; null where this room cannot be compared, as the others are listed all the same. */
async function differences(ticket: string, around: Surroundings): Promise<number | null> {
  try {
    const { stack, settings, workspace, foundation, aws } = await findRoom(ticket, around, READING);
    const state = await readEngineState(stack, workspace);
    const found = await roomFindings(stack, settings, state, foundation.vaultBucket, aws);
    return found.length;
  } catch (error) {
    around.output.say(`${ticket} is not compared: ${reasonOf(error)}`);
    return null;
  }
}

function driftText(drift: number | null): string {
  return drift === null ? "not compared" : `${drift} differ`;
}

function ofAws(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key.startsWith("aws:")));
}

/** The subcommand, as it is called. */
export function list(output: Output): Command {
  return listCommand(surroundings(output));
}
