import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";

import { stringify } from "yaml";

import { AUDIT_ACCOUNT, REGION } from "./accounts";
import type { Entry } from "./account/account";
import { OutOfBand } from "./account/outOfBand";
import { writeProgram } from "./language/programFolder";
import { type Stage } from "./stage";

const REPOSITORY = dirname(__dirname);

/** What one run of `npx clean-room members` came to. */
export interface MemberRun {
  readonly code: number;

  /** Everything it printed. */
  readonly output: string;

  /** The most memory the command itself used, in MiB, as it says; 0 where it says nothing. */
  readonly peak: number;
}

/** Member accounts on a stage, and the command that deploys their stacks. */
export class MemberCommand {
  private readonly path: string;
  private readonly file: string;

  /** Folder of the executable by which the engine runs the program. */
  readonly language: string;

  /**
   * @param accountIds What the accounts file names; {@link createAccount} opens them.
   * @param deployer Name of the role that runs it.
   */
  constructor(
    private readonly stage: Stage,
    accountIds: readonly string[],
    private readonly deployer: string,
  ) {
    this.language = writeProgram(stage.plugins, stage.project);
    this.file = join(stage.project, "accounts.yaml");
    const settings = {
      notification: "aws-operations@example.edu",
      auditAccountId: AUDIT_ACCOUNT,
      organizationId: "o-exampleorgid",
      workstationCidrs: ["10.66.0.0/28"],
      tools: ["encase", "lime"],
      securityContact: {
        name: "Security Operations",
        title: "On call",
        emailAddress: "security@example.edu",
        phoneNumber: "+1 555 0100",
      },
      transferKeyArns: [
        `arn:aws:kms:${REGION}:${AUDIT_ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000000`,
      ],
      responderPrincipals: [`arn:aws:iam::${AUDIT_ACCOUNT}:role/responder`],
    };
    writeFileSync(
      this.file,
      stringify({
        defaults: {
          region: REGION,
          assumeRole: "arn:aws:iam::{accountId}:role/OrganizationAccountAccessRole",
          settings,
        },
        accounts: accountIds.map((accountId) => ({
          accountId,
          settings: { vpcs: [{ vpcId: vpcOf(accountId) }] },
        })),
      }),
    );
    const path = [this.language, stage.environment["PATH"] ?? ""];
    const { command } = stage.pulumi;
    this.path = [...path, ...(isAbsolute(command) ? [dirname(command)] : [])].join(delimiter);
  }

  /** Opens an account, with a network in it, in which any role can be assumed. */
  async createAccount(accountId: string): Promise<void> {
    const store = this.stage.members.create(accountId, REGION);
    await new OutOfBand(store).addVpc("10.20.0.0/16", vpcOf(accountId));
  }

  /** What is in a member account. */
  everything(accountId: string): Entry[] {
    return this.stage.members.of(accountId).read().state.entries;
  }

  /**
   * Runs the command as a person does, in a process of its own.
   * @param say Told each line as it is printed.
   * @param environment More of its environment.
   */
  run(
    args: readonly string[],
    say: (line: string) => void = () => undefined,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<MemberRun> {
    const child = spawn(
      process.execPath,
      [join(REPOSITORY, "cli/clean-room.js"), "members", ...args, "--file", this.file],
      {
        cwd: this.stage.project,
        env: {
          ...process.env,
          ...this.stage.environmentOf(this.deployer),
          PATH: this.path,
          ...environment,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    let rest = "";
    const take = (text: string) => {
      output += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach((line) => say(line));
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    return new Promise((resolve, reject) => {
      child.on("error", reject).on("close", (code) => {
        const peak = Number(/used at most (\d+) MiB/.exec(output)?.[1] ?? 0);
        resolve({ code: code ?? -1, output, peak });
      });
    });
  }
}

/** A member account's one VPC; its id has the account's. */
function vpcOf(accountId: string): string {
  return `vpc-00000${accountId}`;
}
