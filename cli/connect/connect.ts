import { spawn } from "node:child_process";

import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { Command } from "commander";

import { Refusal } from "../../components/refusal";
import { refuseAct } from "../awsRefusals";
import type { Output } from "../output";
import { findRoom } from "../room/knownRoom";
import { requirePrograms } from "../room/neededPrograms";
import { isOnPath } from "../room/programOnPath";
import { sessionName } from "../room/sessionName";
import { READING, type Surroundings, surroundings } from "../room/surroundings";

/** Runs a program at the terminal. @returns what it ends with */
export type RunAtTerminal = (
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) => Promise<number>;

/** Reads the command line. */
function connectCommand(
  around: Surroundings,
  run: RunAtTerminal,
  has: (program: string) => boolean,
): Command {
  const { output } = around;
  return new Command("connect")
    .description(
      "Logs in on the workstation of a room: takes the investigator's role and starts the recorded session. Ends with what the session ends with.",
    )
    .argument("<ticket>", "the incident's ticket")
    .action(async (ticket: string) => {
      requirePrograms("Nobody can log in from here", ["aws", "session-manager-plugin"], has);
      const { outputs, settings, foundation, aws } = await findRoom(
        ticket,
        around,
        READING,
        "caller",
      );
      const instance = outputs["instanceId"]?.value as string | undefined;
      // A room whose last up was an earlier program's does not say it.
      const document =
        (outputs["sessionDocument"]?.value as string | undefined) ?? foundation.sessionDocument;
      const role = outputs["investigatorRole"]?.value as string | undefined;
      if (instance === undefined) {
        throw new Refusal(`The room of ${ticket} has no workstation`, [
          `How far it is: npx clean-room status ${ticket}`,
        ]);
      }
      if (role === undefined) {
        throw new Refusal(`The room of ${ticket} has no investigators`, [
          `Name their roles in investigators of its file, then: npx clean-room open ${ticket}. With a role that may as it is: ${String(outputs["startSession"]?.value)}`,
        ]);
      }
      const { Credentials } = await aws.sts
        .send(
          new AssumeRoleCommand({ RoleArn: role, RoleSessionName: sessionName("investigator") }),
        )
        .catch(refuseAct(`The investigator's role ${role} was not taken`));
      output.say(
        `Logging in on ${instance} as ${role.split("/").at(-1)}; all that is typed and shown is recorded. exit ends it.`,
      );
      const code = await run(
        "aws",
        [
          ...["ssm", "start-session", "--target", instance, "--region", settings.region],
          ...["--document-name", document],
        ],
        {
          AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? "",
          AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? "",
          AWS_SESSION_TOKEN: Credentials?.SessionToken ?? "",
        },
      );
      if (code !== 0) {
        output.say(
          `No session. Where it said TargetNotConnected, wait five minutes: the machine's agent has not registered yet. Still so: aws ec2 stop-instances --region ${settings.region} --instance-ids ${instance}, and once it is stopped aws ec2 start-instances --region ${settings.region} --instance-ids ${instance}`,
        );
        process.exitCode = code;
      }
    });
}

/** Runs a program with this process's terminal; Ctrl-C is the session's. */
const atTerminal: RunAtTerminal = (program, args, environment) => {
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  // A profile would come before the role's credentials.
  const { AWS_PROFILE: _, ...surrounding } = process.env;
  const child = spawn(program, args, { stdio: "inherit", env: { ...surrounding, ...environment } });
  return new Promise<number>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve(code ?? 1));
  }).finally(() => process.off("SIGINT", ignore));
};

/** The subcommand, as it is called. */
export function connect(output: Output): Command {
  return connectCommand(surroundings(output), atTerminal, (program) => isOnPath(program));
}
