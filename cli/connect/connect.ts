import { spawn } from "node:child_process";

import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { Command } from "commander";

import { FIRST_WORKSTATION } from "../../components/case";
import { Refusal } from "../../components/refusal";
import { refuseAct } from "../awsRefusals";
import type { Output } from "../output";
import { findRoom } from "../room/knownRoom";
import { requirePrograms } from "../room/neededPrograms";
import type { Person } from "../room/person";
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
      "Logs in on a workstation of a room: takes the investigator's role and starts the recorded session. Ends with what the session ends with.",
    )
    .argument("<ticket>", "the incident's ticket")
    .argument("[workstation]", "which of several; asked for at a terminal")
    .action(async (ticket: string, workstation: string | undefined) => {
      requirePrograms("Nobody can log in from here", ["aws", "session-manager-plugin"], has);
      const { outputs, settings, foundation, aws } = await findRoom(
        ticket,
        around,
        READING,
        "caller",
      );
      const instances = workstationsOf(outputs);
      // A room whose last up was an earlier program's does not say it.
      const document =
        (outputs["sessionDocument"]?.value as string | undefined) ?? foundation.sessionDocument;
      const role = outputs["investigatorRole"]?.value as string | undefined;
      if (instances.size === 0) {
        throw new Refusal(`The room of ${ticket} has no workstation`, [
          `How far it is: npx clean-room status ${ticket}`,
        ]);
      }
      if (role === undefined) {
        throw new Refusal(`The room of ${ticket} has no investigators`, [
          `Name their roles in investigators of its file, then: npx clean-room open ${ticket}. With a role that may as it is: ${String(outputs["startSession"]?.value)}`,
        ]);
      }
      const instance = await chosen(ticket, instances, workstation, around.person());
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

/** By name, the workstations of a room, as its stack puts them out. */
export function workstationsOf(outputs: OutputMap): ReadonlyMap<string, string> {
  const first = outputs["instanceId"]?.value as string | undefined;
  const further = (outputs["workstations"]?.value ?? {}) as Readonly<
    Record<string, { readonly instanceId: string }>
  >;
  return new Map([
    ...(first === undefined ? [] : [[FIRST_WORKSTATION, first] as const]),
    ...Object.entries(further).map(([name, { instanceId }]) => [name, instanceId] as const),
  ]);
}

/** The one that is named, or the only one, or the one that is answered. @throws Refusal where it is none of these. */
export async function chosen(
  ticket: string,
  instances: ReadonlyMap<string, string>,
  named: string | undefined,
  person: Person | undefined,
): Promise<string> {
  const names = [...instances.keys()].join(", ");
  const only = instances.size === 1 ? [...instances.keys()][0] : undefined;
  const name = named ?? only ?? (await person?.ask(`Which workstation (${names}): `));
  if (name === undefined) {
    throw new Refusal(`The room of ${ticket} has ${instances.size} workstations`, [
      `Name one of ${names}: npx clean-room connect ${ticket} <workstation>`,
    ]);
  }
  const instance = instances.get(name);
  if (instance === undefined) {
    throw new Refusal(`The room of ${ticket} has no workstation ${name}`, [`It has: ${names}.`]);
  }
  return instance;
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
