import { setTimeout } from "node:timers/promises";

import { ImagebuilderClient } from "@aws-sdk/client-imagebuilder";
import { STSClient } from "@aws-sdk/client-sts";
import { Command } from "commander";

import { parseArn } from "../../components/aws/arn";
import { requireLogin, type Sts } from "../login";
import type { Output } from "../output";
import { projectWorkspace } from "../projectWorkspace";
import { Refusal } from "../../components/refusal";
import { awsCredentials } from "../../stacks/awsCredentials";
import type { ClientConfig, ReadWorkspace } from "../../stacks/incidentState";
import { type Build, ImageBuilds } from "./imageBuilds";

/** Seconds between two looks at a build, which takes about an hour. */
const SECONDS = 20;

/** The options of `clean-room image`. */
interface ImageOptions {
  /** Name of the audit stack. */
  readonly stack: string;
}

/** Reads the command line. */
export function imageCommand(
  buildsOf: (stack: string) => Promise<ImageBuilds>,
  { say, tell }: Output,
  wait: () => Promise<void>,
): Command {
  const command = new Command("image")
    .description("Builds the forensics image of an audit stack, and follows its builds.")
    .option("--stack <name>", "the audit stack", "audit");
  command
    .command("build")
    .description("start a build and follow it; ends with 1 when it fails")
    .action(async () => {
      const builds = await buildsOf(command.opts<ImageOptions>().stack);
      const arn = await builds.start();
      say(`started ${arn}; it goes on when this command is stopped`);
      end(await builds.follow(arn, show, wait));
    });
  command
    .command("status")
    .description("show the newest build, and follow it while it is running")
    .action(async () => {
      const builds = await buildsOf(command.opts<ImageOptions>().stack);
      const newest = await builds.newest();
      if (newest === undefined) {
        say("no image was ever built: npx clean-room image build");
        return;
      }
      say(newest.arn);
      end(await builds.follow(newest.arn, show, wait));
    });
  return command;

  function show(build: Build): void {
    say(line(build));
    tell({ ...build });
  }

  function end({ status, amiId }: Build): void {
    if (status === "AVAILABLE") {
      say(`rooms are opened from ${amiId ?? "it"} from now on`);
    } else {
      process.exitCode = 1;
      say("the log is in the log group /aws/imagebuilder/clean-room");
    }
  }
}

/** `12:04:31 TESTING: RunTests, running` */
function line({ status, reason, step }: Build): string {
  const time = new Date().toISOString().slice(11, 19);
  return `${time} ${status}${[step, reason]
    .filter(Boolean)
    .map((part) => `: ${part}`)
    .join("")}`;
}

/**
 * The builds of the pipeline that a stack's outputs name.
 *
 * @throws Refusal where nobody is logged in, or the stack has no pipeline.
 */
export async function buildsOfStack(
  stack: string,
  workspace: Pick<ReadWorkspace, "getAllConfig" | "stackOutputs">,
  clients: (config: ClientConfig) => {
    readonly sts: Sts;
    readonly imageBuilder: Pick<ImagebuilderClient, "send">;
  },
): Promise<ImageBuilds> {
  const [config, outputs] = await Promise.all([
    workspace.getAllConfig(stack),
    workspace.stackOutputs(stack),
  ]);
  const pipelineArn = outputs["imagePipelineArn"]?.value as string | undefined;
  const region = outputs["region"]?.value as string | undefined;
  if (pipelineArn === undefined || region === undefined) {
    throw new Refusal(`The stack ${stack} has no image pipeline`, [
      `Deploy it first, with image: on (pulumi up --stack ${stack}).`,
    ]);
  }
  const values = Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]));
  const { sts, imageBuilder } = clients({ region, credentials: awsCredentials(values) });
  await requireLogin(sts, parseArn(pipelineArn).account);
  return new ImageBuilds(imageBuilder, pipelineArn);
}

/** The subcommand, as it is called. */
export function image(output: Output): Command {
  return imageCommand(
    async (stack) =>
      buildsOfStack(stack, await projectWorkspace(), (config) => ({
        sts: new STSClient(config),
        imageBuilder: new ImagebuilderClient(config),
      })),
    output,
    () => setTimeout(SECONDS * 1000),
  );
}
