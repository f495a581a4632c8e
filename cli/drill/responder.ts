import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

import { EC2Client } from "@aws-sdk/client-ec2";
import { STSClient } from "@aws-sdk/client-sts";

import { Refusal } from "../../components/refusal";
import { awsCredentials } from "../../stacks/awsCredentials";
import type { Sts } from "../login";
import { Interrupted, Interruption } from "../room/interruption";

/** The responder of a member account: AWS as they ask it, and what they run. */
export interface Responder {
  readonly sts: Sts;
  readonly ec2: EC2Client;

  /**
   * Runs `handover/handover`.
   *
   * @param say Told what it says, a line at a time.
   * @returns the lines for the room's evidence
   * @throws Refusal where it was not all handed over, Interrupted
   */
  readonly handOver: (args: readonly string[], say: (line: string) => void) => Promise<string>;
}

const HANDOVER = join(dirname(dirname(__dirname)), "handover/handover");

/** What comes before a profile, for the AWS CLI, wherever it is set. */
const KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/** The responder whose credentials a profile of the AWS CLI names. */
export function responderOf(profile: string, region: string): Responder {
  const config = { region, credentials: awsCredentials({ "aws:profile": profile }) };
  return {
    sts: new STSClient(config),
    ec2: new EC2Client(config),
    handOver: (args, say) => handOver(HANDOVER, environmentOf(profile), args, say),
  };
}

/** What a process of the AWS CLI finds in its surroundings, so that it takes a profile. */
export function environmentOf(
  profile: string,
  environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const others = Object.entries(environment).filter(([name]) => !KEYS.includes(name));
  return { ...Object.fromEntries(others), AWS_PROFILE: profile };
}

/** Runs the script at a path. */
export async function handOver(
  script: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  say: (line: string) => void,
): Promise<string> {
  const interruption = new Interruption(say, {
    first: "handover ends; what AWS has begun goes on there. This waits for it.",
    again: "Left.",
  });
  return interruption.during(async () => {
    // In a session of its own: the terminal's Ctrl-C comes once, and to all that it has started.
    const child = spawn("bash", [script, ...args], {
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    interruption.signal.addEventListener("abort", () => {
      if (child.pid !== undefined) {
        process.kill(-child.pid, "SIGINT");
      }
    });
    let lines = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (lines += text));
    createInterface({ input: child.stderr }).on("line", (line) => say(`  ${line}`));
    const code = await new Promise<number>((resolve, reject) =>
      child.on("error", reject).on("close", (status) => resolve(status ?? 1)),
    );
    if (interruption.came) {
      throw new Interrupted("Interrupted in the member account; what is made stays.");
    }
    if (code !== 0) {
      throw new Refusal("The disks are not handed over", [
        `handover ended with ${code}, and says above why.`,
      ]);
    }
    return lines;
  });
}
