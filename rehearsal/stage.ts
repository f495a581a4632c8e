import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import type { PulumiCommand, PulumiFn } from "@pulumi/pulumi/automation";

import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

import type { Entry } from "./account/account";
import { AccountStore } from "./account/accountStore";
import { endpointsOf } from "./account/accountEndpoints";
import { credentialsOf, type Listening } from "./account/awsEndpoint";
import { s3Of } from "./account/s3";
import type { World } from "./world";
import { MemberAccounts } from "./account/memberAccounts";
import { OutOfBand } from "./account/outOfBand";
import type { Demands } from "./account/serviceControlPolicy";
import type { StruckChange } from "./account/faultInjection";
import {
  ACCOUNT_FILE_VARIABLE,
  CALLER_VARIABLE,
  SDK_VERSION_VARIABLE,
} from "./account/pluginEnvironment";
import { writePluginFolder } from "./account/pluginFolder";
import "./language/ownConnections";
import { AUDIT_ACCOUNT, boundaryIn, EXTRA_TAGS, MEMBER_ACCOUNT, REGION } from "./accounts";
import { writePolicyPack } from "./policyPackFolder";
import { ResidentPolicyPack } from "./residentPolicyPack";
import { ResidentProvider } from "./residentProvider";
import { RehearsedStack, type StackFile } from "./rehearsedStack";

function demandsIn(accountId: string): Demands {
  return { tags: EXTRA_TAGS, permissionsBoundary: boundaryIn(accountId) };
}

/** Files that configure the policy pack, absolute. */
interface PolicyConfigs {
  /** For audit stacks. */
  readonly audit?: string | undefined;

  /** For every other. */
  readonly others?: string | undefined;
}

const REPOSITORY = dirname(__dirname);

const PASSPHRASE = "rehearsal";

/** Made of the passphrase by `pulumi stack init`. Of stacks that have it in common the engine derives one key a run. */
const ENCRYPTION_SALT = "v1:GouvfbuTPa4=:v1:Wu7IZCkxlVXUDadz:NzaQAPzQz/2oB4CLk8oMWiyRLSOtFg==";

/** Name of the simulated account's file. */
const ACCOUNT_FILE = "account.json";

/**
 * Where a rehearsal plays: a temporary folder with the simulated account, the engine's state and
 * the project's files. Nothing outside the folder is read or written by the engine.
 */
export class Stage implements World {
  readonly name = "sandbox";

  /** What exists in the account. */
  readonly account: AccountStore;

  /** What happens to the account without Pulumi. */
  readonly outside: OutOfBand;

  /** The member accounts there are, each of which a role is assumed in. */
  readonly members: MemberAccounts;

  /** What exists in the member account with the compromised instance. */
  readonly memberAccount: AccountStore;

  /** What happens to the member account without Pulumi. */
  readonly outsideMember: OutOfBand;

  /** Environment variables for every process of the engine. */
  readonly environment: Readonly<Record<string, string>>;

  /** Folder with `Pulumi.yaml` and the stacks' files. */
  readonly project: string;

  /** What the organisation has the policy pack demand of every stack: a file in that folder. */
  readonly policyConfig: string;

  /** What the policy pack lets the audit stack do beside that. */
  readonly auditPolicyConfig: string;

  private provider: ResidentProvider | undefined;

  private answering: Promise<Listening> | undefined;

  private constructor(
    /** The temporary folder. */
    readonly folder: string,
    /** The CLI. */
    readonly pulumi: PulumiCommand,
    readonly program: PulumiFn,
    /** Folder of the plugins; what lies in it finds the packages. */
    readonly plugins: string,
    policyConfigs: PolicyConfigs,
    private readonly pack: ResidentPolicyPack,
  ) {
    const file = join(folder, ACCOUNT_FILE);
    this.account = new AccountStore(file);
    this.outside = new OutOfBand(this.account);
    this.members = new MemberAccounts(file);
    this.memberAccount = this.members.of(MEMBER_ACCOUNT);
    this.outsideMember = new OutOfBand(this.memberAccount);
    this.project = join(folder, "project");
    this.policyConfig = policyConfigs.others ?? join(plugins, "policy-pack/every-stack.json");
    this.auditPolicyConfig = policyConfigs.audit ?? join(plugins, "policy-pack/audit-stack.json");
    this.environment = {
      PATH: `${join(plugins, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      [ACCOUNT_FILE_VARIABLE]: file,
      [SDK_VERSION_VARIABLE]: sdkVersion(),
    };
  }

  /**
   * Sets a new stage for this program.
   *
   * @param policyConfigs Files that configure the policy pack. @default what the organisation demands
   */
  static set(pulumi: PulumiCommand, program: PulumiFn, policyConfigs: PolicyConfigs = {}): Stage {
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
    const pack = new ResidentPolicyPack(plugins);
    return new Stage(folder, pulumi, program, plugins, policyConfigs, pack);
  }

  /** This stage as it is now in a folder of its own: what happens on one is not seen on the other. */
  copy(): Stage {
    const folder = newFolder();
    for (const name of [ACCOUNT_FILE, "members", "project", "state", "home"]) {
      cpSync(join(this.folder, name), join(folder, name), { recursive: true });
    }
    const configs = { audit: this.auditPolicyConfig, others: this.policyConfig };
    return new Stage(folder, this.pulumi, this.program, this.plugins, configs, this.pack);
  }

  /**
   * A new stack of the program, not deployed yet.
   *
   * @param policyConfig File that configures the policy pack. @default what is demanded of every stack
   */
  stack(name: string, file: StackFile, policyConfig = this.policyConfig): Promise<RehearsedStack> {
    const withSalt = { encryptionsalt: ENCRYPTION_SALT, ...file };
    return RehearsedStack.create(name, withSalt, this, policyConfig);
  }

  get policyPack(): string {
    this.pack.start();
    return join(this.plugins, "policy-pack");
  }

  network(cidrBlock: string): Promise<string> {
    return this.outsideMember.addVpc(cidrBlock);
  }

  /** From now on a provider in this process serves every engine that works here. */
  keepProvider(): void {
    this.provider ??= new ResidentProvider(
      this.folder,
      this.account,
      this.members,
      this.environment[SDK_VERSION_VARIABLE] ?? "",
    );
  }

  environmentOf(role: string): Readonly<Record<string, string>> {
    return {
      ...this.environment,
      [CALLER_VARIABLE]: role,
      // Two thirds of the engine's time are spent on writing the state after every resource. Where it is not killed in
      // the middle, the last one is all that is ever read; and a provider kills the engine that has started it.
      ...(this.isToBeKilled()
        ? {}
        : { PULUMI_SKIP_CHECKPOINTS: "true", ...this.provider?.environmentOf(role) }),
    };
  }

  /** How AWS's SDK asks an account of this stage from this process, which may have other stages, too. */
  askingAs(role: string, accountId = AUDIT_ACCOUNT) {
    return {
      credentials: credentialsOf(accountId, role),
      endpoint: async () => {
        this.answering ??= endpointsOf(this, role);
        return { url: new URL((await this.answering).url) };
      },
    };
  }

  clientsOf(role: string, accountId = AUDIT_ACCOUNT): ReturnType<World["clientsOf"]> {
    const account = this.members.find(accountId) ?? this.account;
    const asking = this.askingAs(role, accountId);
    return ({ region }) => {
      const where = { region, ...asking };
      return {
        ec2: new EC2Client(where),
        iam: new IAMClient(where),
        kms: new KMSClient(where),
        logs: new CloudWatchLogsClient(where),
        quotas: new ServiceQuotasClient(where),
        s3: s3Of(account),
        ssm: new SSMClient(where),
        sts: new STSClient(where),
        tagging: new ResourceGroupsTaggingAPIClient(where),
      };
    };
  }

  trailOf(role: string): CloudTrailClient {
    return new CloudTrailClient({ region: REGION, ...this.askingAs(role) });
  }

  things(accountId: string): Promise<readonly Entry[]> {
    const store = accountId === AUDIT_ACCOUNT ? this.account : this.members.of(accountId);
    return Promise.resolve(store.read().state.entries);
  }

  async thingsOf({ ticket, stack }: Parameters<World["thingsOf"]>[0]): Promise<readonly Entry[]> {
    const all = await this.things(AUDIT_ACCOUNT);
    return all.filter(
      ({ urn, tags, id }) =>
        urn?.startsWith(`urn:pulumi:${stack}::`) === true ||
        tags["incident-response"] === `quarantine:${ticket}` ||
        id.includes(`/cases/${ticket}/`),
    );
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

  private isToBeKilled(): boolean {
    const planned = [this.account, this.memberAccount].flatMap(
      (store) => store.read().state.faults.planned,
    );
    return planned.some(({ effect }) => effect === "killed");
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

  /** Ends what serves its engines. */
  end(): void {
    this.pack.end();
    this.provider?.end();
    void this.answering?.then(({ end }) => end());
  }

  /** Removes everything. */
  clear(): void {
    this.end();
    // What ends with it may still be writing.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "clean-room-rehearsal-"));
}

function sdkVersion(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- JSON of a package
  return (require("@pulumi/aws/package.json") as { version: string }).version;
}
