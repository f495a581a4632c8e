import { spawn } from "node:child_process";

import { DescribeSessionsCommand, type Session } from "@aws-sdk/client-ssm";
import { Command } from "commander";

import { lookUpFailure } from "../../components/aws/failure";
import { findCaseRecords } from "../../components/evidence/records/caseRecords";
import { Refusal } from "../../components/refusal";
import { refuseLookUp } from "../awsRefusals";
import { columns } from "../columns";
import type { RunAtTerminal } from "../connect/connect";
import type { Output } from "../output";
import { findRoom, type KnownRoom } from "../room/knownRoom";
import type { RoomAws } from "../room/roomAws";
import { requirePrograms } from "../room/neededPrograms";
import { isOnPath } from "../room/programOnPath";
import { READING, type Surroundings, surroundings } from "../room/surroundings";
import {
  findRecordedStreams,
  ownLogGroups,
  type RecordedStream,
  TOLD,
  type WrittenRecords,
} from "./recordedStreams";
import { readRecording, type Recordings, recordingsOf } from "./recordings";
import { findSessionReader } from "./sessionReader";

/**
 * Whether a recording's name is one of a session, and can be pasted as it is: root of a workstation can give it any.
 *
 * Source: Session Manager begins an id with the name of the role's session; IAM API reference, RoleSessionName.
 */
export function isSessionId(name: string): boolean {
  return /^[\w+=,.@][\w+=,.@-]*$/.test(name);
}

/** Reads the command line. */
function logsCommand(
  around: Surroundings,
  run: RunAtTerminal,
  has: (program: string) => boolean,
): Command {
  const { output } = around;
  return new Command("logs")
    .description(
      "Lists the sessions on a room's workstations, those that Session Manager no longer knows after 30 days by their recordings, or prints the recording of one.",
    )
    .argument("<ticket>", "the incident's ticket")
    .argument("[session]", "the id of a session: prints its recording")
    .action(async (ticket: string, session: string | undefined) => {
      if (session !== undefined) {
        requirePrograms("No recording can be printed here", ["aws"], has);
      }
      const room = await findRoom(ticket, around, READING);
      const { region } = room.settings;
      const bucket = room.foundation.vaultBucket;
      const records = await findCaseRecords(room.aws.s3, { bucket, ticket });
      const recordings = recordingsOf(records);
      const reader = await findSessionReader(room, around.aws, recordings);
      reader.said.forEach((line) => output.say(line));
      const sessions = await findSessions(reader.aws, recordings);
      if (session !== undefined) {
        const target = sessions.find(({ SessionId }) => SessionId === session)?.Target;
        // Session Manager forgets after 30 days; then it is one of what the case has.
        const places = recordings.filter(
          ({ workstation }) => target === undefined || workstation === target,
        );
        if (places.length === 0) {
          throw new Refusal(`No recording of ${ticket} is known`, [
            "Its records in the vault name no workstation, and so no log group.",
          ]);
        }
        for (const { logGroup, workstation, since } of places) {
          if (target === undefined) {
            output.say(
              `Session Manager knows nothing of ${session} any more. It is read in ${logGroup} from ${since.toISOString()} on, when ${workstation} was recorded: what is older there can be another case's.`,
            );
          }
          const asked = readRecording(session, region, logGroup, target ? undefined : since);
          process.exitCode = await run("aws", asked, reader.environment);
          if (process.exitCode === 0) {
            return;
          }
        }
        return;
      }
      const { found: older, notFound } = await findOlder(
        { aws: reader.aws, settings: room.settings },
        records,
        recordings,
        sessions,
      );
      const rows = [
        ...sessions.map(({ SessionId = "-", Owner = "-", StartDate, EndDate }) => [
          StartDate?.toISOString() ?? "-",
          EndDate?.toISOString() ?? "under way",
          Owner.split(":").at(-1) ?? "-",
          SessionId,
        ]),
        ...older.map(({ begun, last, session: id }) => [
          begun.toISOString(),
          last?.toISOString() ?? "-",
          "not told any more",
          id,
        ]),
      ];
      columns([["from", "to", "who", "session"], ...rows]).forEach((line) => output.say(line));
      [...sessions, ...older].forEach((each) => output.tell({ ticket, ...each }));
      notFound.forEach((said) => output.say(said));
      if (rows.length === 0) {
        output.say("Session Manager knows of none.");
      }
      const first = rows.flatMap(([, , , id = ""]) => (isSessionId(id) ? id : []))[0];
      if (first !== undefined) {
        output.say(`The recording of one: npx clean-room logs ${ticket} ${first}`);
      }
    });
}

/**
 * What sessions were recorded as that Session Manager tells of no more, the newest first.
 *
 * @returns them, and where others may be: those of before a slot had a log group of its own, or all that may not be listed.
 */
export async function findOlder(
  {
    aws: { logs: client },
    settings: { region },
  }: Pick<KnownRoom, "settings"> & { readonly aws: Pick<RoomAws, "logs"> },
  records: WrittenRecords,
  places: readonly Recordings[],
  sessions: readonly Session[],
): Promise<{ readonly found: readonly RecordedStream[]; readonly notFound: readonly string[] }> {
  const old = places.filter(({ since }) => Date.now() - since.getTime() > TOLD);
  if (old.length === 0) {
    return { found: [], notFound: [] };
  }
  const groups = [...new Set(old.map(({ logGroup }) => logGroup))];
  const elsewhere = (among: readonly string[]) =>
    among.map(
      (group) =>
        `Recordings of earlier ones, those of other rooms among them: aws logs describe-log-streams --region ${region} --log-group-name ${group}`,
    );
  try {
    const all = await findRecordedStreams(client, records);
    const known = new Set(sessions.map(({ SessionId }) => SessionId));
    return {
      found: all.filter(({ session }) => !known.has(session)).reverse(),
      notFound: elsewhere(groups.filter((group) => !ownLogGroups(records).includes(group))),
    };
  } catch (error) {
    return {
      found: [],
      notFound: [
        lookUpFailure("What older sessions were recorded as", error),
        ...elsewhere(groups),
      ],
    };
  }
}

/** The sessions on every workstation that a room of the ticket had, newest first. */
async function findSessions(
  { ssm }: Pick<RoomAws, "ssm">,
  workstations: readonly Recordings[],
): Promise<readonly Session[]> {
  const found: Session[] = [];
  for (const { workstation: target } of workstations) {
    for (const State of ["Active", "History"] as const) {
      let NextToken: string | undefined;
      do {
        const page = await ssm
          .send(
            new DescribeSessionsCommand({
              State,
              Filters: [{ key: "Target", value: target }],
              NextToken,
            }),
          )
          .catch(refuseLookUp(`The sessions on ${target}`));
        found.push(...(page.Sessions ?? []));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
    }
  }
  return found.sort((a, b) => (b.StartDate?.getTime() ?? 0) - (a.StartDate?.getTime() ?? 0));
}

/** The subcommand, as it is called. */
export function logs(output: Output): Command {
  const run: RunAtTerminal = (program, args, environment) => {
    // A profile would come before a role's credentials.
    const { AWS_PROFILE: _, ...surrounding } = process.env;
    const isOfRole = "AWS_ACCESS_KEY_ID" in environment;
    const env = { ...(isOfRole ? surrounding : process.env), ...environment };
    const child = spawn(program, args, { stdio: "inherit", env });
    return new Promise((resolve, reject) => {
      child.on("error", reject).on("close", (code) => resolve(code ?? 1));
    });
  };
  return logsCommand(surroundings(output), run, (program) => isOnPath(program));
}
