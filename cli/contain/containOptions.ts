import { Command } from "commander";

import { ACCOUNT_ID, exactly } from "../../components/aws/ids";
import { KNOWN_REGION, REGION_NAME } from "../../components/aws/partition";
import { TICKET } from "../../components/case";
import {
  type Act,
  CONTAINMENT_PARAMETERS,
} from "../../components/containment/containmentParameters";
import { Refusal } from "../../components/refusal";
import { instancesInFile, readInstances, type TypedInstance } from "../room/namedInstances";

/** The options of `clean-room contain`. */
export interface ContainOptions {
  readonly observe?: true;
  readonly rollBack?: true;
  readonly leaveSessions?: true;
  readonly account?: string;
  readonly region?: string;
  readonly file?: string;
  readonly notification?: string;
  readonly atOnce: string;
  readonly errors: string;
  readonly follow?: readonly string[];
  readonly again?: true;
  readonly auditStack?: string;
  readonly yes?: true;
}

/** The most that Automation runs in an account and Region at a time, of which an instance takes two (AWS's quotas). */
export const MOST_AT_ONCE = 49;

/** Id of an execution of Automation. */
export const EXECUTION = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** How many at a time, and how many failures, where nothing is said. */
export const AT_ONCE = "10";
export const ERRORS = "100%";

/** As StartAutomationExecution's MaxErrors takes it (API reference): no zero before another digit. */
export const ERRORS_FORM = /^(0|[1-9]\d{0,2}|(\d|[1-9]\d|100)%)$/;

/** Adds the options to the command. */
export function withContainOptions(command: Command): Command {
  return command
    .option("--observe", "say what would be done; change nothing")
    .option("--roll-back", "put back what the record of the first containment says")
    .option("--leave-sessions", "leave the role's sessions, which other machines may have too")
    .option("--account <id>", "the account of instances that are named without one")
    .option(
      "--region <name>",
      "the Region of those that are named without one; else the foundation's",
    )
    .option("--file <path>", "a file with more instances, one a line; - is standard input")
    .option("--notification <address>", "whom to tell; else as the foundation has it")
    .option("--at-once <number>", "how many instances of an account and Region at a time", AT_ONCE)
    .option(
      "--errors <number>",
      "of how many failures in an account and Region no further instance is begun, or per cent",
      ERRORS,
    )
    .option("--follow <execution...>", "start nothing: follow what was started before")
    .option("--again", "begin also what an execution that goes on is at or has to do")
    .option("--audit-stack <name>", "the foundation's stack")
    .option("--yes", "do it without asking");
}

/** What is asked for, in the forms that AWS is given. */
export interface AskedContainment {
  readonly ticket: string;
  readonly act: Act;
  readonly instances: readonly TypedInstance[];
  readonly atOnce: number;
}

/** What is wrong where neither instances nor executions are named, or both, or an instance without its account. */
export function reasonsOfChoice(
  follow: readonly string[],
  typed: readonly string[],
  instances: readonly TypedInstance[],
  account: string | undefined,
): string[] {
  return [
    ...(follow.length > 0 === typed.length > 0
      ? [
          follow.length > 0
            ? "Instances and --follow; required: one of them."
            : "No instance; required: at least one, or a file of them.",
        ]
      : []),
    ...instances.flatMap(({ instanceId, accountId }) =>
      accountId === undefined && account === undefined
        ? [`${instanceId} without its account; required: <account>/${instanceId}, or --account.`]
        : [],
    ),
  ];
}

/**
 * Reads what is typed, before anybody is asked anything.
 *
 * @throws Refusal with every mistake there is.
 */
export function readAsked(
  ticket: string,
  named: readonly string[],
  options: ContainOptions,
): AskedContainment {
  const { account, region, notification, follow = [] } = options;
  const atOnce = Number(options.atOnce);
  const typed = [...named, ...(options.file === undefined ? [] : instancesInFile(options.file))];
  const { instances, reasons } = readInstances(typed);
  const form = (value: string | undefined, pattern: RegExp, what: string, required: string) =>
    value === undefined || pattern.test(value)
      ? []
      : [`${what} ${JSON.stringify(value)}; required: ${required}.`];
  const mistakes = [
    ...form(ticket, exactly(TICKET), "The ticket", "letters, digits and hyphens, at most 32"),
    ...reasons,
    ...form(account, exactly(ACCOUNT_ID), "--account", "12 digits"),
    ...form(region, exactly(REGION_NAME), "--region", KNOWN_REGION),
    ...form(
      notification,
      new RegExp(CONTAINMENT_PARAMETERS.Notification.allowedPattern),
      "--notification",
      "one e-mail address",
    ),
    ...(Number.isInteger(atOnce) && atOnce >= 1 && atOnce <= MOST_AT_ONCE
      ? []
      : [`--at-once ${options.atOnce}; required: 1 to ${MOST_AT_ONCE}.`]),
    ...form(options.errors, ERRORS_FORM, "--errors", "a number, or per cent: 100%"),
    ...follow.flatMap((id) => form(id, exactly(EXECUTION), "--follow", "the id of an execution")),
    ...(options.observe === true && options.rollBack === true
      ? ["--observe and --roll-back; required: one of them."]
      : []),
    ...reasonsOfChoice(follow, typed, instances, account),
  ];
  if (mistakes.length > 0) {
    throw new Refusal("Nothing was started", mistakes);
  }
  const act =
    options.observe === true ? "observe" : options.rollBack === true ? "roll-back" : "contain";
  return { ticket, act, instances, atOnce };
}

/** What was given to the runbook, of which a second command has to say the same. */
export interface GivenBefore {
  readonly act: Act;
  readonly roleSessions: string | undefined;
  readonly notification: string | undefined;
}

/**
 * The options by which a second command does the same, as they are typed: what is pasted at three in the morning denies no
 * sessions that were to be left.
 *
 * @param before What the runbook was given.
 * @param options What was typed this time.
 * @param notification Whom the foundation's settings have told.
 */
export function optionsAgain(
  { act, roleSessions, notification: given }: GivenBefore,
  options: ContainOptions,
  notification: string,
): string {
  const { auditStack, atOnce, errors } = options;
  return [
    ...{ observe: ["--observe"], contain: [], "roll-back": ["--roll-back"] }[act],
    ...(roleSessions === "leave" ? ["--leave-sessions"] : []),
    ...(given === undefined || given === notification ? [] : [`--notification ${given}`]),
    ...(atOnce === AT_ONCE ? [] : [`--at-once ${atOnce}`]),
    ...(errors === ERRORS ? [] : [`--errors ${errors}`]),
    ...(auditStack === undefined ? [] : [`--audit-stack ${auditStack}`]),
  ]
    .map((each) => ` ${each}`)
    .join("");
}
