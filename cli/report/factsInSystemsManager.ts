import { DescribeSessionsCommand } from "@aws-sdk/client-ssm";

import { fewAtATime } from "../../components/aws/fewAtATime";
import { TOLD } from "../logs/recordedStreams";
import type { SessionFact } from "./caseFacts";
import type { Reading } from "./reading";
import type { ReportAws } from "./reportAws";

/**
 * The sessions on machines.
 *
 * @param logGroups Where they are recorded.
 * @param time The time that the case is of.
 */
export async function findSessions(
  ssm: ReportAws["ssm"],
  machines: readonly string[],
  logGroups: readonly string[],
  time: { readonly from: Date; readonly to: Date },
  reading: Reading,
): Promise<readonly SessionFact[]> {
  if (machines.length > 0 && time.to.getTime() - time.from.getTime() > TOLD) {
    reading.note(
      { what: "Sessions that ended more than 30 days ago", opens: [] },
      `Session Manager does not tell of them, nor who had them. Their recordings stay: ${logGroups.map((group) => `aws logs describe-log-streams --log-group-name ${group}`).join("; ")}`,
    );
  }
  const found = await fewAtATime(machines, 2, (machine) =>
    reading.of<SessionFact[]>({ what: `The sessions on ${machine}`, opens: [] }, [], () =>
      sessionsOn(ssm, machine),
    ),
  );
  return found.flat();
}

async function sessionsOn(ssm: ReportAws["ssm"], machine: string): Promise<SessionFact[]> {
  const found: SessionFact[] = [];
  for (const State of ["Active", "History"] as const) {
    let NextToken: string | undefined;
    do {
      const page = await ssm.send(
        new DescribeSessionsCommand({
          State,
          Filters: [{ key: "Target", value: machine }],
          NextToken,
        }),
      );
      for (const {
        SessionId: id = "",
        Owner: who = "somebody",
        StartDate,
        EndDate,
      } of page.Sessions ?? []) {
        found.push({ id, who, machine, from: StartDate, to: EndDate });
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return found;
}
