import { spawn } from "node:child_process";

import { DescribeSessionsCommand, type Session } from "@aws-sdk/client-ssm";
import { Command } from "commander";

import { SESSION_LOG_GROUP } from "../../components/access/sessionDocument";
import { findCaseRecords } from "../../components/evidence/records/caseRecords";
import { refuseLookUp } from "../awsRefusals";
import { columns } from "../columns";
import type { RunAtTerminal } from "../connect/connect";
import type { Output } from "../output";
import { findRoom, type KnownRoom } from "../room/knownRoom";
import { requirePrograms } from "../room/neededPrograms";
import { isOnPath } from "../room/programOnPath";
import { READING, type Surroundings, surroundings } from "../room/surroundings";

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
      if (session !== undefined) {
        process.exitCode = await run("aws", recordingOf(session, room.settings.region), {});
        return;
      }
      const sessions = await findSessions(room);
      const rows = sessions.map(({ SessionId = "-", Owner = "-", StartDate, EndDate }) => [
        StartDate?.toISOString() ?? "-",
        EndDate?.toISOString() ?? "under way",
        Owner.split(":").at(-1) ?? "-",
        SessionId,
      ]);
      columns([["from", "to", "who", "session"], ...rows]).forEach((line) => output.say(line));
      sessions.forEach((each) => output.tell({ ticket, ...each }));
      output.say(
        sessions.length === 0
          ? `Session Manager knows of none. Recordings of earlier ones: aws logs describe-log-streams --region ${room.settings.region} --log-group-name ${SESSION_LOG_GROUP}`
          : `The recording of one: npx clean-room logs ${ticket} ${sessions[0]?.SessionId}`,
      );
    });
}

/**
 * The stream of a session has the session's id. Of get-log-events the AWS CLI asks one page alone, of this every page.
 *
 * Source: Systems Manager user guide, "Logging session data using CloudWatch Logs"; AWS CLI reference.
 */
export function recordingOf(session: string, region: string): string[] {
  return [
    ...["logs", "filter-log-events", "--region", region, "--log-group-name", SESSION_LOG_GROUP],
    ...["--log-stream-names", session],
    // Each in a line of its own.
    ...["--query", "events[].[message]", "--output", "text"],
  ];
}

/** The sessions on every workstation that a room of the ticket had, newest first. */
async function findSessions({
  ticket,
  aws: { s3, ssm },
  foundation: { vaultBucket: bucket },
}: KnownRoom): Promise<readonly Session[]> {
  const { records } = await findCaseRecords(s3, { bucket, ticket });
  const workstations = new Set(
    [...records.values()].flatMap(({ event, facts }) =>
      event === "opening" || event === "room" ? (facts.room.workstation ?? []) : [],
    ),
  );
  const found: Session[] = [];
  for (const target of workstations) {
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
