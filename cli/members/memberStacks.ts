import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { LocalWorkspace, type PulumiCommand, Stack } from "@pulumi/pulumi/automation";

import type { Sts } from "../login";
import type { ClientConfig } from "../../stacks/incidentState";
import type { MemberAccount } from "./accountsFile";
import { DetachedPulumi } from "../detachedPulumi";
import { listedStacks } from "../listedStacks";
import { requireSettings } from "./memberSettings";
import { type Outcome, OutcomeRecorder } from "./outcome";
import { requireStartingLogin } from "./startingLogin";
import { configOf, keptConfig, stackOf, writeStackFile } from "./stackFile";

/** Where member stacks are deployed from. */
export interface MemberStacksOptions {
  /** Folder of the Pulumi project. */
  readonly folder: string;

  /** Folder of the policy pack, relative to the project's. @default none */
  readonly policyPack?: string;

  /** Folder for a log per account; made if it is not there. */
  readonly logs: string;

  readonly pulumi: PulumiCommand;

  readonly sts: (config: ClientConfig) => Sts;
}

/** One stack as the backend lists it. */
export interface ListedStack {
  readonly name: string;

  /** When it was last updated (ISO 8601); absent when it never was. */
  readonly lastUpdate?: string;

  readonly updateInProgress?: boolean;
  readonly resourceCount?: number;
}

/**
 * The stacks of member accounts. Each command is a process of the CLI, with the account's program and
 * provider as its children. There is no way to destroy one here.
 */
export class MemberStacks {
  private constructor(
    private readonly options: MemberStacksOptions,
    private readonly project: string,
    private readonly listed: ReadonlyMap<string, ListedStack>,
  ) {}

  /** Looks which stacks there are. */
  static async open(options: MemberStacksOptions): Promise<MemberStacks> {
    mkdirSync(options.logs, { recursive: true });
    const workspace = await workspaceOf(options, "stacks", "ask");
    const { name } = await workspace.projectSettings();
    const stacks = (await listedStacks(workspace)) as readonly ListedStack[];
    return new MemberStacks(options, name, new Map(stacks.map((stack) => [stack.name, stack])));
  }

  /** Refuses settings that the stacks would refuse, of all accounts at once. @throws Refusal */
  requireSettings(accounts: readonly MemberAccount[]): void {
    requireSettings(accounts, this.project);
  }

  /** Asks AWS who is calling before the first of these is worked on. @throws Refusal where nobody is logged in. */
  async requireLogin(accounts: readonly MemberAccount[]): Promise<void> {
    await requireStartingLogin(
      accounts.map((account) => ({
        region: account.region,
        config: {
          ...keptConfig(this.file(account), this.project),
          ...configOf(account, this.project),
        },
      })),
      this.options.sts,
    );
  }

  /** Every member stack there was when this was opened. */
  list(): readonly ListedStack[] {
    return [...this.listed.values()].filter(({ name }) => name.startsWith("member-"));
  }

  /** File with everything the last command about an account printed. */
  log({ accountId }: Pick<MemberAccount, "accountId">): string {
    return logFile(this.options, accountId);
  }

  /** `pulumi up`. A failure is an outcome, not an error. @param cancel Aborted to end it early. */
  up(account: MemberAccount, cancel: AbortSignal): Promise<Outcome> {
    return this.deploy(account, (stack, onEvent) =>
      stack.up({ onEvent, signal: cancel, ...this.policies() }),
    );
  }

  /** `pulumi preview`. A failure is an outcome, not an error. @param cancel Aborted to end it early. */
  preview(account: MemberAccount, cancel: AbortSignal): Promise<Outcome> {
    return this.deploy(account, (stack, onEvent) =>
      stack.preview({ onEvent, signal: cancel, ...this.policies() }),
    );
  }

  /** The outputs of an account's stack; secret ones are `[secret]`. @throws Error when there is no stack. */
  async outputs(account: MemberAccount): Promise<Readonly<Record<string, unknown>>> {
    if (!this.listed.has(stackOf(account))) {
      throw new Error("it was never deployed");
    }
    const workspace = await workspaceOf(this.options, account.accountId, "ask");
    const outputs = Object.entries(await workspace.stackOutputs(stackOf(account)));
    return Object.fromEntries(
      outputs.map(([name, { value, secret }]) => [name, secret ? "[secret]" : (value as unknown)]),
    );
  }

  private async deploy(
    account: MemberAccount,
    work: (stack: Stack, onEvent: OutcomeRecorder["take"]) => Promise<unknown>,
  ): Promise<Outcome> {
    const recorder = new OutcomeRecorder();
    try {
      await work(await this.prepare(account), recorder.take);
      return recorder.succeeded();
    } catch (error) {
      return recorder.failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** The account's stack, made where there is none, with the configuration it has now. */
  private async prepare(account: MemberAccount): Promise<Stack> {
    const name = stackOf(account);
    writeFileSync(this.log(account), `${new Date().toISOString()} ${name}\n`);
    const workspace = await workspaceOf(this.options, account.accountId, "deploy");
    if (!this.listed.has(name)) {
      await workspace.createStack(name);
    }
    writeStackFile(this.file(account), configOf(account, this.project), this.project);
    return Stack.select(name, workspace);
  }

  private file(account: MemberAccount): string {
    return join(this.options.folder, `Pulumi.${stackOf(account)}.yaml`);
  }

  private policies() {
    const { policyPack } = this.options;
    return policyPack === undefined ? {} : { policyPacks: [policyPack] };
  }
}

function logFile({ logs }: MemberStacksOptions, name: string): string {
  return join(logs, `${name}.log`);
}

function workspaceOf(
  options: MemberStacksOptions,
  log: string,
  purpose: "deploy" | "ask",
): Promise<LocalWorkspace> {
  return LocalWorkspace.create({
    workDir: options.folder,
    pulumiCommand: new DetachedPulumi(options.pulumi, logFile(options, log), purpose),
    envVars: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
}
