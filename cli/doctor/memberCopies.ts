import { AssumeRoleCommand } from "@aws-sdk/client-sts";

import { failureOf } from "../../components/aws/failure";
import { fewAtATime } from "../../components/aws/fewAtATime";
import { freeCopyPlaces } from "../../components/evidence/copies/copyLimits";
import type { Sts } from "../login";
import type { MemberFacts } from "../open/memberFacts";
import type { RoomAws } from "../room/roomAws";
import { sessionName } from "../room/sessionName";
import type { Surroundings } from "../room/surroundings";
import { checkCopyPlaces, type Finding } from "./checks";

/** Accounts that are looked at at the same time. */
const AT_A_TIME = 5;

/**
 * How many copies of snapshots could be begun in each member account, where a handover begins with one, by its responder's
 * role. Whose role is not to be taken by whoever asks is told once, for all of them.
 */
export async function findMemberCopies(
  members: readonly Pick<MemberFacts, "accountId" | "responderRoleArn">[],
  sts: Sts,
  clients: Surroundings["aws"],
  region: string,
): Promise<Finding[]> {
  const refused: string[] = [];
  const found = await fewAtATime(members, AT_A_TIME, async ({ accountId, responderRoleArn }) => {
    const ec2 = await ec2As(responderRoleArn, sts, clients, region).catch((error: unknown) => {
      if (failureOf(error) === "expired") {
        throw error;
      }
      return undefined;
    });
    if (ec2 === undefined) {
      refused.push(accountId);
      return [];
    }
    return [checkCopyPlaces(await freeCopyPlaces(ec2), `${region} of ${accountId}`)];
  });
  return [
    ...found.flat(),
    ...(refused.length === 0
      ? []
      : [
          {
            verdict: "know" as const,
            said: `How many copies of snapshots could be begun in ${refused.sort().join(", ")} was not looked at: these credentials may not take the responder's role there. Who may sees what is under way: aws ec2 describe-snapshots --owner-ids self --region ${region} --filters Name=status,Values=pending`,
          },
        ]),
  ];
}

async function ec2As(
  RoleArn: string,
  sts: Sts,
  clients: Surroundings["aws"],
  region: string,
): Promise<RoomAws["ec2"]> {
  const { Credentials: taken } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: sessionName("doctor") }),
  );
  const credentials = {
    accessKeyId: taken?.AccessKeyId ?? "",
    secretAccessKey: taken?.SecretAccessKey ?? "",
    sessionToken: taken?.SessionToken ?? "",
  };
  return clients({ region, credentials: () => Promise.resolve(credentials) }).ec2;
}
