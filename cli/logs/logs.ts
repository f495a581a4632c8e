import { spawn } from "node:child_process";

import { DescribeSessionsCommand, type Session } from "@aws-sdk/client-ssm";
import { Command } from "commander";

import { findCaseRecords } from "../../components/evidence/records/caseRecords";
import { Refusal } from "../../components/refusal";
import { refuseLookUp } from "../awsRefusals";
import { columns } from "../columns";
import type { RunAtTerminal } from "../connect/connect";
import type { Output } from "../output";
import { findRoom, type KnownRoom } from "../room/knownRoom";
import { requirePrograms } from "../room/neededPrograms";
import { isOnPath } from "../room/programOnPath";
import { READING, type Surroundings, surroundings } from "../room/surroundings";
import { readRecording, type Recordings, recordingsOf } from "./recordings";

/** Reads the command line. */
function logsCommand(
  around: Surroundings,
  run: RunAtTerminal,
  has: (program: string) => boolean,
): Command {
  const { output } = around;
  return new Command("logs")
    .description(
      "Lists the sessions on a room's workstations of the last 30 days, as long as Session Manager knows them, or prints the recording of one.",
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
      const recordings = recordingsOf(await findCaseRecords(room.aws.s3, { bucket, ticket }));
      const sessions = await findSessions(room, recordings);
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
          process.exitCode = await run("aws", asked, {});
          if (process.exitCode === 0) {
            return;
          }
        }
        return;
      }
      const rows = sessions.map(({ SessionId = "-", Owner = "-", StartDate, EndDate }) => [
        StartDate?.toISOString() ?? "-",
        EndDate?.toISOString() ?? "under way",
        Owner.split(":").at(-1) ?? "-",
        SessionId,
      ]);
      columns([["from", "to", "who", "session"], ...rows]).forEach((line) => output.say(line));
      const earlier = [...new Set(recordings.map(({ logGroup }) => logGroup))].map(
        (group) =>
          ` Recordings of earlier ones, those of other rooms of the slot among them: aws logs describe-log-streams --region ${region} --log-group-name ${group}`,
      );
      sessions.forEach((each) => output.tell({ ticket, ...each }));
      output.say(
        sessions.length === 0
          ? `Session Manager knows of none.${earlier.join("")}`
          : `The recording of one: npx clean-room logs ${ticket} ${sessions[0]?.SessionId}`,
      );
    });
}

/** The sessions on every workstation that a room of the ticket had, newest first. */
async function findSessions(
  { aws: { ssm } }: KnownRoom,
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
    const env = { ...process.env, ...environment };
    const child = spawn(program, args, { stdio: "inherit", env });
    return new Promise((resolve, reject) => {
      child.on("error", reject).on("close", (code) => resolve(code ?? 1));
    });
  };
  return logsCommand(surroundings(output), run, (program) => isOnPath(program));
}
