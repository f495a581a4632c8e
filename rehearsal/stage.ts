import { execFile } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import type { PulumiCommand, PulumiFn } from "@pulumi/pulumi/automation";

import { AccountStore } from "./account/accountStore";
import { MemberAccounts } from "./account/memberAccounts";
import { Outside } from "./account/outside";
import type { Demands } from "./account/serviceControlPolicy";
import type { StruckChange } from "./account/plannedFaults";
import { ACCOUNT_FILE_VARIABLE, SDK_VERSION_VARIABLE } from "./account/pluginEnvironment";
import { writePluginFolder } from "./account/pluginFolder";
import { compileFolder } from "./compile";
import { RehearsedStack, type StackFile } from "./rehearsedStack";

/** The tags that everything in the rehearsal has to carry, by the organisation's will. */
export const DEMANDED_TAGS = { "cost-centre": "4711" } as const;

/** The boundary that the organisation has in each account, for every role. */
export function boundaryIn(accountId: string): string {
  return `arn:aws:iam::${accountId}:policy/organisation-boundary`;
}

function demandsIn(accountId: string): Demands {
  return { tags: EXTRA_TAGS, permissionsBoundary: boundaryIn(accountId) };
}

/** The same demand, as the policy pack and a service control policy say it. */
const EXTRA_TAGS = { "cost-centre": "^[0-9]{4}$" };

const REPOSITORY = dirname(__dirname);

/** Name of the simulated account's file. */
const ACCOUNT_FILE = "account.json";

/** The simulated account; `Pulumi.audit.yaml` names the same one. */
export const AUDIT_ACCOUNT = "111122223333";

/** The member account with the compromised instance. */
export const MEMBER_ACCOUNT = "222233334444";

/** The Region everything happens in. */
export const REGION = "us-east-1";

/**
 * Where a rehearsal plays: a temporary folder with the simulated account, the engine's state and
 * the project's files. Nothing outside the folder is read or written by the engine.
 */
export class Stage {
  /** What exists in the account. */
  readonly account: AccountStore;

  /** What happens to the account without Pulumi. */
  readonly outside: Outside;

  /** The member accounts there are, each of which a role is assumed in. */
  readonly members: MemberAccounts;

  /** What exists in the member account with the compromised instance. */
  readonly memberAccount: AccountStore;

  /** What happens to the member account without Pulumi. */
  readonly outsideMember: Outside;

  /** Environment variables for every process of the engine. */
  readonly environment: Readonly<Record<string, string>>;

  /** Folder with `Pulumi.yaml` and the stacks' files. */
  readonly project: string;

  /** Folder of the policy pack. */
  readonly policyPack: string;

  /** What the organisation has the policy pack demand of every stack: a file in that folder. */
  readonly policyConfig: string;

  /** What the policy pack lets the audit stack do beside that. */
  readonly auditPolicyConfig: string;

  private constructor(
    /** The temporary folder. */
    readonly folder: string,
    /** The CLI. */
    readonly pulumi: PulumiCommand,
    private readonly program: PulumiFn,
    /** Folder of the plugins; what lies in it finds the packages. */
    readonly plugins: string,
  ) {
    const file = join(folder, ACCOUNT_FILE);
    this.account = new AccountStore(file);
    this.outside = new Outside(this.account);
    this.members = new MemberAccounts(file);
    this.memberAccount = this.members.of(MEMBER_ACCOUNT);
    this.outsideMember = new Outside(this.memberAccount);
    this.project = join(folder, "project");
    this.policyPack = join(plugins, "policy-pack");
    this.policyConfig = join(this.policyPack, "every-stack.json");
    this.auditPolicyConfig = join(this.policyPack, "audit-stack.json");
    this.environment = {
      PATH: `${join(plugins, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "rehearsal",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      [ACCOUNT_FILE_VARIABLE]: file,
      [SDK_VERSION_VARIABLE]: sdkVersion(),
    };
  }

  /** Sets a new stage for this program. */
  static set(pulumi: PulumiCommand, program: PulumiFn): Stage {
    const folder = newFolder();
    const file = join(folder, ACCOUNT_FILE);
    AccountStore.create(file, {
      accountId: AUDIT_ACCOUNT,
      region: REGION,
      demands: demandsIn(AUDIT_ACCOUNT),
    });
    new MemberAccounts(file).create(MEMBER_ACCOUNT, REGION, demandsIn(MEMBER_ACCOUNT));
    for (const name of ["project", "state", "home"]) {
      mkdirSync(join(folder, name));
    }
    copyFileSync(join(REPOSITORY, "Pulumi.yaml"), join(folder, "project", "Pulumi.yaml"));
    const plugins = join(folder, "plugins");
    writePluginFolder(plugins);
    writePolicyPack(join(plugins, "policy-pack"));
    return new Stage(folder, pulumi, program, plugins);
  }

  /** This stage as it is now in a folder of its own: what happens on one is not seen on the other. */
  copy(): Stage {
    const folder = newFolder();
    for (const name of [ACCOUNT_FILE, "members", "project", "state", "home"]) {
      cpSync(join(this.folder, name), join(folder, name), { recursive: true });
    }
    return new Stage(folder, this.pulumi, this.program, this.plugins);
  }

  /**
   * A new stack of the program, not deployed yet.
   *
   * @param policyConfig File that configures the policy pack. @default what is demanded of every stack
   */
  stack(name: string, file: StackFile, policyConfig = this.policyConfig): Promise<RehearsedStack> {
    return RehearsedStack.create(name, file, this, this.pulumi, this.program, policyConfig);
  }

  /**
   * Runs the CLI the way a person at a terminal does, without the Automation API in between.
   * @returns whether it succeeded, and everything it printed.
   */
  cli(...args: readonly string[]): Promise<{ succeeded: boolean; output: string }> {
    return this.run(args);
  }

  /** The same, with more environment variables. */
  async run(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ succeeded: boolean; output: string }> {
    try {
      const { stdout, stderr } = await promisify(execFile)(
        this.pulumi.command,
        [...args, "--non-interactive", "--color", "never"],
        { cwd: this.project, env: { ...process.env, ...this.environment, ...environment } },
      );
      return { succeeded: true, output: stdout + stderr };
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      return { succeeded: false, output: stdout + stderr };
    }
  }

  /** The changes of the accounts that a planned fault has hit, each account's in their order. */
  struck(): StruckChange[] {
    return [this.account, this.memberAccount].flatMap((store) => store.read().state.faults.struck);
  }

  /** How to look around on a stage that was kept. */
  directions(): string {
    const file = join(this.folder, "environment");
    writeFileSync(
      file,
      Object.entries(this.environment)
        .map(([name, value]) => `export ${name}='${value}'\n`)
        .join(""),
    );
    return [
      `Kept in ${this.folder}: account.json and members/ are the accounts, project/ has the stacks. To look around:`,
      `  . ${file}`,
      `  cd ${this.project}`,
      "  pulumi stack ls",
    ].join("\n");
  }

  /** Removes everything. */
  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "clean-room-rehearsal-"));
}

/** Beside the plugins it finds its packages. */
function writePolicyPack(folder: string): void {
  compileFolder(join(REPOSITORY, "policy-pack"), folder);
  const demanded = { extraTags: EXTRA_TAGS };
  const config = JSON.parse(
    readFileSync(join(REPOSITORY, "policy-pack/clean-room.json"), "utf8"),
  ) as object;
  const ofEvery = { "required-tags": demanded, "nested-tags": demanded };
  writeFileSync(join(folder, "every-stack.json"), JSON.stringify(ofEvery));
  writeFileSync(join(folder, "audit-stack.json"), JSON.stringify({ ...config, ...ofEvery }));
}

function sdkVersion(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- JSON of a package
  return (require("@pulumi/aws/package.json") as { version: string }).version;
}
