import { execFile } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

import { ImagebuilderClient } from "@aws-sdk/client-imagebuilder";
import { Command } from "commander";

import { type Build, ImageBuilds } from "./imageBuilds";

/** Seconds between two looks at a build, which takes about an hour. */
const SECONDS = 20;

/** The options of `npm run image`. */
interface ImageOptions {
  /** Name of the audit stack. */
  readonly stack: string;
}

/** Reads the command line. */
export function imageCommand(
  buildsOf: (stack: string) => Promise<ImageBuilds>,
  say: (line: string) => void,
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
      end(await builds.follow(arn, (build) => say(line(build)), wait));
    });
  command
    .command("status")
    .description("show the newest build, and follow it while it is running")
    .action(async () => {
      const builds = await buildsOf(command.opts<ImageOptions>().stack);
      const newest = await builds.newest();
      if (newest === undefined) {
        say("no image was ever built: npm run image -- build");
        return;
      }
      say(newest.arn);
      end(await builds.follow(newest.arn, (build) => say(line(build)), wait));
    });
  return command;

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

/** The builds of the pipeline that the stack's outputs name. */
async function buildsOfStack(stack: string): Promise<ImageBuilds> {
  const { stdout } = await promisify(execFile)(
    "pulumi",
    ["stack", "output", "--json", "--stack", stack],
    { encoding: "utf8" },
  );
  const { imagePipelineArn, region } = JSON.parse(stdout) as Record<string, string | undefined>;
  if (imagePipelineArn === undefined || region === undefined) {
    throw new Error(`the stack ${stack} has no image pipeline: deploy it, with image: on`);
  }
  return new ImageBuilds(new ImagebuilderClient({ region }), imagePipelineArn);
}

if (require.main === module) {
  imageCommand(buildsOfStack, console.log, () => setTimeout(SECONDS * 1000))
    .parseAsync()
    .catch((error: unknown) => {
      const { stderr, message } = error as { stderr?: string; message: string };
      console.error(`image: ${stderr?.trim() || message}`);
      process.exitCode = 1;
    });
}
