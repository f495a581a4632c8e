import { spawn, type StdioOptions } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { PulumiFn } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";

import { answerThisProcess, type Listening } from "../account/awsEndpoint";
import { endpointsOf } from "../account/accountEndpoints";
import { MEMBER_ACCOUNT, REGION } from "../accounts";
import { FOUNDATION_DEPLOYER, INCIDENT_DEPLOYER, memberFile } from "../cast";
import { findPulumi } from "../engine/pulumiCli";
import { expectSuccess } from "../expectations";
import { deployAuditStack } from "../foundation";
import { roomEnvironment } from "../kills/engineProcess";
import { writeProgram } from "../language/programFolder";
import { configureMember } from "../scenario";
import { Stage } from "../stage";
import { outputsIn } from "../stackState";
import { letItHappen } from "./happensByItself";

const REPOSITORY = dirname(dirname(__dirname));

/** The file with what the member's responder handed over, in the sandbox's project. */
export const HANDED_OVER = "handed-over.yaml";

/**
 * An AWS account to try the command in: simulated, in a folder of this machine, with a foundation, a member account that is
 * prepared, and a disk that was handed over. Whatever runs in its environment works there, and on nothing else.
 */
export class Sandbox {
  private constructor(
    private readonly stage: Stage,
    private readonly aws: Listening,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly endHappening: () => Promise<void>,
  ) {}

  /** Makes one. @param say Told how it comes on, a line at a time */
  public static async make(say: (line: string) => void): Promise<Sandbox> {
    const pulumi = await findPulumi(process.env, say);
    // Loaded only here: without an engine there is no need to wait for it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is a CommonJS `export =`
    const stage = Stage.set(pulumi, require("../..") as PulumiFn);
    try {
      const language = writeProgram(stage.plugins, stage.project);
      say("The audit stack …");
      const audit = await deployAuditStack(stage);
      say("A member account …");
      await prepareMember(stage, audit);
      writeFileSync(join(stage.project, HANDED_OVER), await handedOver(stage));
      const bin = join(stage.project, "node_modules/.bin");
      mkdirSync(bin, { recursive: true });
      symlinkSync(join(REPOSITORY, "cli/clean-room.js"), join(bin, "clean-room"));
      // The pack serves every run from here on.
      void stage.policyPack;
      const aws = await endpointsOf(stage, INCIDENT_DEPLOYER);
      // The Region is what a profile of the account would have.
      const environment = { ...roomEnvironment(stage, aws, language), AWS_REGION: REGION };
      return new Sandbox(stage, aws, environment, letItHappen(stage));
    } catch (error) {
      stage.clear();
      throw error;
    }
  }

  /** Runs a program in it. @returns how it ended, and what it printed where that is piped */
  public run(
    program: string,
    args: readonly string[],
    stdio: StdioOptions,
  ): Promise<{ code: number; output: string }> {
    const child = spawn(program, args, {
      cwd: this.stage.project,
      env: this.environment,
      stdio,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    return new Promise((resolve, reject) => {
      child.on("error", reject).on("close", (code) => resolve({ code: code ?? 1, output }));
    });
  }

  /** Takes it away. */
  public async end(): Promise<void> {
    await this.endHappening();
    this.clear();
  }

  /** The same at once, where this process is ended from outside. */
  public clear(): void {
    void this.endHappening();
    this.aws.end();
    this.stage.clear();
  }
}

async function prepareMember(
  stage: Stage,
  audit: Awaited<ReturnType<typeof deployAuditStack>>,
): Promise<void> {
  const end = await answerThisProcess(endpointsOf(stage, FOUNDATION_DEPLOYER));
  try {
    const vpcs = [await stage.network("10.20.0.0/16"), await stage.network("10.21.0.0/16")];
    const member = await stage.stack(`member-${MEMBER_ACCOUNT}`, memberFile(vpcs));
    // One VPC, so that nobody is asked which isolation group.
    member.configure({ "clean-room:vpcs": [{ vpcId: vpcs[0], region: REGION }] });
    await configureMember({ audit, member });
    expectSuccess(await member.up(), "the member account's stack");
  } finally {
    end();
  }
}

/** What handover would have printed there. */
async function handedOver(stage: Stage): Promise<string> {
  const key = String(outputsIn(stage, "audit")["transferKeyArn"]);
  const snapshot = await stage.outside.shareSnapshot(MEMBER_ACCOUNT, 8, key);
  return stringify([{ snapshot, account: MEMBER_ACCOUNT, device: "/dev/sdf" }], { version: "1.1" });
}
