import { STSClient } from "@aws-sdk/client-sts";
import { Command, InvalidArgumentError } from "commander";

import { Refusal } from "../../components/refusal";
import type { Output } from "../output";
import { pulumiOnPath } from "../pulumiOnPath";
import { type MemberAccount, readAccountsFile } from "./accountsFile";
import { inParallel } from "./inParallel";
import { Interruption } from "./interruption";
import { type ListedStack, MemberStacks } from "./memberStacks";
import type { Outcome } from "./outcome";
import { stackOf } from "./stackFile";
import { type Ended, progressLine, runningLine, summaryLines } from "./summary";

/** The most stacks deployed at the same time: each is an engine, a program and a provider. */
const MOST_AT_ONCE = 16;

/** After so long without a word it is said what is running. */
const QUIET_MILLISECONDS = 10_000;

/** What a shell expects of a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/** The options of `clean-room members`. */
export interface MembersOptions {
  /** Path of the accounts file. */
  readonly file: string;

  /** How many stacks are deployed at the same time. */
  readonly parallel: number;

  /** Ids of the accounts to work on. @default all */
  readonly only?: readonly string[];

  /** Folder of the policy pack; false deploys without one. */
  readonly policyPack: string | false;

  /** Folder of the logs. */
  readonly logs: string;
}

/** What the command does with an account's stack. */
export type Stacks = Pick<
  MemberStacks,
  "up" | "preview" | "outputs" | "list" | "log" | "requireSettings" | "requireLogin"
>;

/** What is around the command. */
export interface Surroundings {
  readonly open: (options: MembersOptions) => Promise<Stacks>;

  /** Told what happens. */
  readonly output: Output;

  /** Prints what was asked for, where a program reads it: a line on standard output. */
  readonly print: (line: string) => void;

  readonly interruption: Interruption;

  /** The most memory this process ever used, in bytes. */
  readonly peak: () => number;
}

/** Reads the command line. */
export function membersCommand(surroundings: Surroundings): Command {
  const { open, output, print, interruption, peak } = surroundings;
  const { say, tell } = output;
  const command = new Command("members")
    .description("Deploys the stacks of member accounts, several at a time. It destroys none.")
    .option("--file <path>", "the accounts", "accounts.yaml")
    .option("--parallel <number>", `stacks at the same time, 1 to ${MOST_AT_ONCE}`, atOnce, 4)
    .option("--only <accounts>", "account ids, separated by commas", (text) => text.split(","))
    .option("--policy-pack <folder>", "the policy pack", "policy-pack")
    .option("--no-policy-pack", "deploy without the policy pack")
    .option("--logs <folder>", "where each account's log goes", "members-logs");
  command
    .command("up")
    .description("deploy; ends with 1 when a stack failed. Run again, it goes on where it was")
    .action(() => deploy("up"));
  command
    .command("preview")
    .description("show what up would change; ends with 1 when a stack failed")
    .action(() => deploy("preview"));
  command
    .command("outputs")
    .description("print the stacks' outputs, a line of JSON per account")
    .action(printOutputs);
  command
    .command("status")
    .description("list the accounts with the state of their stacks, and stacks without an account")
    .action(printStatus);
  return command;

  async function deploy(act: "up" | "preview"): Promise<void> {
    const options = command.opts<MembersOptions>();
    const accounts = chosen(options);
    const stacks = await open(options);
    stacks.requireSettings(accounts);
    await stacks.requireLogin(accounts);
    const began = Date.now();
    const ended: Ended[] = [];
    say(`${accounts.length} accounts, ${options.parallel} at a time; logs in ${options.logs}`);
    const running = new Map<string, number>();
    const tellRunning = () => say(runningLine(running, Date.now()));
    let quiet = setInterval(tellRunning, QUIET_MILLISECONDS);
    const notStarted = await inParallel(
      accounts,
      options.parallel,
      interruption.stop,
      async (account) => {
        running.set(account.accountId, Date.now());
        const outcome = await attempt(stacks, act, account);
        running.delete(account.accountId);
        const end = { account, outcome, log: stacks.log(account) };
        ended.push(end);
        clearInterval(quiet);
        say(progressLine(act, end, ended.length, accounts.length));
        tell({ act, accountId: account.accountId, ...outcome, log: end.log });
        quiet = setInterval(tellRunning, QUIET_MILLISECONDS);
      },
    );
    clearInterval(quiet);
    const seconds = (Date.now() - began) / 1000;
    const { file } = options;
    for (const line of summaryLines({ act, file, ended, notStarted, seconds, peak: peak() })) {
      say(line);
    }
    notStarted.forEach(({ accountId }) => tell({ act, accountId, notStarted: true }));
    if (ended.some(({ outcome }) => outcome.reason !== undefined)) {
      process.exitCode = 1;
    } else if (notStarted.length > 0) {
      process.exitCode = INTERRUPTED;
    }
  }

  /** Nothing that goes wrong with one account may end the others. */
  async function attempt(
    stacks: Stacks,
    act: "up" | "preview",
    account: MemberAccount,
  ): Promise<Outcome> {
    try {
      return await stacks[act](account, interruption.cancel);
    } catch (error) {
      return { changes: {}, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async function printOutputs(): Promise<void> {
    const options = command.opts<MembersOptions>();
    const accounts = chosen(options);
    const stacks = await open(options);
    await inParallel(accounts, options.parallel, interruption.stop, async (account) => {
      const { accountId } = account;
      try {
        const outputs = await stacks.outputs(account);
        print(JSON.stringify({ accountId, stack: stackOf(account), outputs }));
      } catch (error) {
        say(`${accountId}: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      }
    });
  }

  async function printStatus(): Promise<void> {
    const options = command.opts<MembersOptions>();
    const accounts = chosen(options);
    const listed = new Map((await open(options)).list().map((stack) => [stack.name, stack]));
    for (const account of accounts) {
      const { accountId, name = "" } = account;
      const state = stateOf(listed.get(stackOf(account)));
      say([accountId, state, name].join("  ").trimEnd());
      tell({ accountId, stack: stackOf(account), state });
    }
    if (options.only === undefined) {
      const known = new Set(accounts.map(stackOf));
      for (const stack of [...listed.values()].filter(({ name }) => !known.has(name))) {
        const state = stateOf(stack);
        say(`${stack.name}  ${state}  its account is not in ${options.file}`);
        tell({ stack: stack.name, state });
      }
    }
  }
}

/** The accounts of the file that the command is about. @throws Refusal when one is not in the file. */
function chosen({ file, only }: MembersOptions): readonly MemberAccount[] {
  const accounts = readAccountsFile(file);
  if (only === undefined) {
    return accounts;
  }
  const unknown = only.filter((id) => accounts.every(({ accountId }) => accountId !== id));
  if (unknown.length > 0) {
    throw new Refusal(
      "nothing was changed",
      unknown.map((id) => `--only names ${id}, which is not in ${file}`),
    );
  }
  return accounts.filter(({ accountId }) => only.includes(accountId));
}

function atOnce(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > MOST_AT_ONCE) {
    throw new InvalidArgumentError(`A whole number, 1 to ${MOST_AT_ONCE}.`);
  }
  return number;
}

function stateOf(stack: ListedStack | undefined): string {
  if (stack === undefined) {
    return "never deployed";
  }
  const { resourceCount = 0, lastUpdate, updateInProgress } = stack;
  return [
    `${resourceCount} resources`,
    lastUpdate === undefined ? "never updated" : `last updated ${lastUpdate}`,
    ...(updateInProgress === true ? ["being updated"] : []),
  ].join(", ");
}

async function stacksHere({ policyPack, logs }: MembersOptions): Promise<Stacks> {
  return MemberStacks.open({
    folder: process.cwd(),
    ...(policyPack === false ? {} : { policyPack }),
    logs,
    pulumi: await pulumiOnPath(),
    sts: (config) => new STSClient(config),
  });
}

/** The subcommand, as it is called. */
export function members({ say, tell }: Output): Command {
  const interruption = new Interruption(say);
  return membersCommand({
    open: (options) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
        process.on(signal, interruption.take);
      }
      return stacksHere(options);
    },
    output: { say, tell },
    print: (line) => console.log(line),
    interruption,
    // Node answers in KiB.
    peak: () => process.resourceUsage().maxRSS * 1024,
  });
}
