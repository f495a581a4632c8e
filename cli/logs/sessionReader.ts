import { DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSessionsCommand } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";

import { answerOf, failureOf } from "../../components/aws/failure";
import { Refusal } from "../../components/refusal";
import type { KnownRoom } from "../room/knownRoom";
import type { RoomAws } from "../room/roomAws";
import { sessionName } from "../room/sessionName";
import type { Surroundings } from "../room/surroundings";
import type { Recordings } from "./recordings";

/** With whose rights sessions and their recordings are looked up. */
export interface SessionReader {
  readonly aws: Pick<RoomAws, "logs" | "ssm">;

  /** What gives the AWS CLI the same rights. */
  readonly environment: Readonly<Record<string, string>>;

  /** What is to be known of it, a sentence each. */
  readonly said: readonly string[];
}

const SESSIONS = "ssm:DescribeSessions";
const STREAMS = "logs:DescribeLogStreams";

/** What of a room it takes. */
type ReadRoom = Pick<KnownRoom, "aws" | "clientConfig" | "foundation" | "settings" | "ticket">;

/**
 * Finds out with whose rights a case's sessions are read: the caller's own where AWS lets them; else those of the
 * auditor's role, where they may take it. Who opens rooms may not read what was recorded in them.
 *
 * @param places Where the case's sessions are recorded.
 * @throws Refusal where AWS lets neither list the sessions.
 */
export async function findSessionReader(
  room: ReadRoom,
  clients: Surroundings["aws"],
  places: readonly Recordings[],
): Promise<SessionReader> {
  const own = { aws: room.aws, environment: {}, said: [] };
  const lacking = await rightsLacking(room.aws, places);
  if (lacking.length === 0) {
    return own;
  }
  const { auditorRoleArn: role } = room.foundation;
  const lacks = `These credentials lack ${lacking.join(" and ")}`;
  let why =
    "The foundation has no role of auditors, which may: name the roles that verify cases in auditors of the audit stack.";
  if (role !== undefined) {
    try {
      return await asAuditor(room, role, clients, lacks);
    } catch (error) {
      why = `${role} may, and could not be taken; who may take it stands in auditors of the audit stack. With the credentials of such a role: npx clean-room logs ${room.ticket}. ${answerOf(error)}`;
    }
  }
  if (lacking.includes(SESSIONS)) {
    throw new Refusal(`The sessions of ${room.ticket} are not listed for you`, [
      `${lacks}. ${why}`,
    ]);
  }
  return { ...own, said: [`Recordings are not listed for you. ${lacks}. ${why}`] };
}

/** What AWS does not let them do, of what listing takes. */
async function rightsLacking(
  { logs, ssm }: SessionReader["aws"],
  [place]: readonly Recordings[],
): Promise<readonly string[]> {
  if (place === undefined) {
    return [];
  }
  const Filters = [{ key: "Target" as const, value: place.workstation }];
  const asked: readonly (readonly [string, () => Promise<unknown>])[] = [
    [SESSIONS, () => ssm.send(new DescribeSessionsCommand({ State: "Active", Filters }))],
    [
      STREAMS,
      () => logs.send(new DescribeLogStreamsCommand({ logGroupName: place.logGroup, limit: 1 })),
    ],
  ];
  const lacking = await Promise.all(
    asked.map(async ([right, ask]) => {
      try {
        await ask();
        return [];
      } catch (error) {
        // What else goes wrong is told where it is really looked up.
        return failureOf(error) === "denied" ? [right] : [];
      }
    }),
  );
  return lacking.flat();
}

async function asAuditor(
  { aws: { sts }, clientConfig }: ReadRoom,
  RoleArn: string,
  clients: Surroundings["aws"],
  lacks: string,
): Promise<SessionReader> {
  const { Credentials: taken } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: sessionName("auditor") }),
  );
  const accessKeyId = taken?.AccessKeyId ?? "";
  const secretAccessKey = taken?.SecretAccessKey ?? "";
  const sessionToken = taken?.SessionToken ?? "";
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  return {
    aws: clients({ ...clientConfig, credentials: () => Promise.resolve(credentials) }),
    environment: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    },
    said: [`${lacks}: read as ${RoleArn}.`],
  };
}
