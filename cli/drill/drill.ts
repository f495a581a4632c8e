import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { Command } from "commander";

import { worksAs } from "../../components/aws/callerRole";
import { answerOf } from "../../components/aws/failure";
import { Refusal } from "../../components/refusal";
import { DRILL_TAG } from "../../components/tags";
import { readProgram } from "../../stacks/program";
import { memberFacts, type MemberFacts } from "../open/memberFacts";
import { inQuotes } from "../inQuotes";
import type { Output } from "../output";
import { type FoundationHere, findFoundationHere } from "../room/foundationHere";
import { requireTicket } from "../room/knownRoom";
import { type NamedInstance, readInstances } from "../room/namedInstances";
import { requirePrograms } from "../room/neededPrograms";
import { isYes } from "../room/person";
import { isOnPath } from "../room/programOnPath";
import {
  type EngineOptions,
  type Surroundings,
  surroundings,
  withEngineOptions,
} from "../room/surroundings";
import { callerOf, drillActs } from "./drillActs";
import { type Drill, stepsToDo } from "./drillForm";
import { DrillRun } from "./drillRun";
import { Journal } from "./journal";
import { ticketReasons, usedBefore } from "./newDrill";
import { type Responder, responderOf } from "./responder";
import { findThrowAway, MOST_GIB, type ThrowAway, throwAwayReasons } from "./throwAway";

/** What is around the command. */
export interface DrillSurroundings extends Surroundings {
  /** The responder whose credentials a profile names. */
  readonly responder: (profile: string, region: string) => Responder;
  readonly has: (program: string) => boolean;
  readonly now: () => Date;

  /** Waits between two looks at AWS; ends early where that is aborted. */
  readonly wait: (signal?: AbortSignal) => Promise<void>;
}

interface DrillOptions extends EngineOptions {
  readonly instance: string;
  readonly responderProfile: string;
  readonly auditStack?: string;
  readonly wait: string;
  readonly yes?: true;
}

/** Folder of the reports, in the project's. */
const REPORTS = "drills";

/** Between two looks at AWS, in milliseconds. */
const PAUSE = 10_000;

/** Reads the command line. */
export function drillCommand(around: DrillSurroundings): Command {
  const command = withEngineOptions(new Command("drill"))
    .description(
      `Performs the game day: opens a room, hands a throw-away instance's disks over, has them copied, locked and hashed, closes the room, and writes a report with the time that each step took: ${REPORTS}/<date>-<ticket>.json and .md. It takes an instance of at most ${MOST_GIB} GiB that carries, with each of its volumes, the tag ${DRILL_TAG}=true, and a ticket that nothing has; whatever else is refused. Each step is done in the role that does it in an incident. Whatever ended it, the same command goes on. Where a step fails, the room is closed all the same, or the command for that is named.

Ends with 0 when every step went as it has to, with 1 when one did not, with 130 after Ctrl-C.`,
    )
    .argument("<ticket>", "a new ticket that begins with DRILL-, such as DRILL-2026-11")
    .requiredOption(
      "--instance <account/instance>",
      "the throw-away instance, with its account: 222233334444/i-…",
    )
    .requiredOption(
      "--responder-profile <profile>",
      "profile of the AWS CLI that works as the member account's responder",
    )
    .option("--audit-stack <name>", "the foundation's stack")
    .option("--wait <minutes>", "the longest that a lock, and a hash, is waited for", "60")
    .option("--yes", "perform it without asking")
    .action((ticket: string) =>
      perform(ticket, command.opts<DrillOptions>(), around, asTyped(command, ticket)),
    );
  return command;
}

/** The same command once more, to be pasted: every option that was typed, whatever it has in it. */
function asTyped(command: Command, ticket: string): string {
  const options = command.options.flatMap((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    const isThis = option.negate ? value === false : value !== false && value !== undefined;
    if (!isThis || command.getOptionValueSource(option.attributeName()) !== "cli") {
      return [];
    }
    return [option.long ?? "", ...(typeof value === "string" ? [shellWord(value)] : [])];
  });
  return ["npx clean-room drill", ticket, ...options].join(" ");
}

function shellWord(text: string): string {
  return /^[\w./:@=-]+$/.test(text) ? text : inQuotes(text);
}

async function perform(
  ticket: string,
  options: DrillOptions,
  around: DrillSurroundings,
  again: string,
): Promise<void> {
  requireTicket(ticket);
  const named = readInstances([options.instance]);
  const most = Number(options.wait);
  refuse([
    ...ticketReasons(ticket),
    ...named.reasons,
    ...named.instances.flatMap(({ accountId }) =>
      accountId === undefined ? ["--instance needs its account: 222233334444/i-…."] : [],
    ),
    ...(Number.isInteger(most) && most > 0 ? [] : ["--wait is a number of minutes, such as 60."]),
  ]);
  const instance = named.instances[0] as NamedInstance;
  const here = await findFoundationHere(options.auditStack, around);
  requirePrograms(NOT_BEGUN, ["aws"], around.has);
  const journal = Journal.find(join(here.stacks.folder, REPORTS), ticket);
  const found = await look(ticket, instance, options, around, here, journal);
  const begun = journal ?? (await agreed(found.drill, options, around, here, most));
  const { output } = around;
  if (journal !== undefined) {
    output.say(`The drill ${ticket} of ${journal.drill.begunAt} goes on.`);
  }
  const acts = drillActs({ ...around, ...found, around, drill: begun.drill, options, most });
  if (!(await new DrillRun(begun, acts, output, again, around.now).run())) {
    process.exitCode = 1;
  }
}

const NOT_BEGUN = "The drill is not performed; nothing was changed";

function refuse(reasons: readonly string[]): void {
  if (reasons.length > 0) {
    throw new Refusal(NOT_BEGUN, reasons);
  }
}

/** Looks at all that a drill needs, and at whether it may be. @throws Refusal with everything that speaks against it */
async function look(
  ticket: string,
  { accountId, region: named, instanceId }: NamedInstance,
  { responderProfile }: DrillOptions,
  around: DrillSurroundings,
  here: FoundationHere,
  journal: Journal | undefined,
) {
  const { foundation, workspace, stacks } = here;
  const { region } = foundation;
  const isPrepared = (await stacks.list()).some(({ name }) => name === `member-${accountId}`);
  const member = isPrepared
    ? memberFacts(await workspace.stackOutputs(`member-${accountId}`), region)
    : undefined;
  if (member === undefined) {
    throw new Refusal(NOT_BEGUN, [
      `${accountId} is no member account that is prepared in this backend: docs/member-accounts.md.`,
    ]);
  }
  const responder = around.responder(responderProfile, region);
  const caller = await callerOf(responder).catch((error: unknown) => {
    // Others than of the profile have been taken by then: to log in with those helps nothing.
    throw new Refusal(NOT_BEGUN, [
      `AWS does not take the profile ${responderProfile} of --responder-profile: aws sts get-caller-identity --profile ${responderProfile} has to name ${member.responderRoleArn}; docs/drill.md has its lines for ~/.aws/config. ${answerOf(error)}`,
    ]);
  });
  refuse([
    ...responderReasons(caller, responderProfile, member),
    ...((named ?? region) === region
      ? []
      : [`${instanceId} has to be in ${region}, as rooms are.`]),
    ...(journal === undefined ? [] : journalReasons(journal.drill, accountId, instanceId)),
  ]);
  // From then on nothing of it is needed, and somebody may have terminated it.
  const isHandedOver = journal?.drill.steps.handover.state === "done";
  const machine = isHandedOver ? undefined : await findThrowAway(responder.ec2, instanceId);
  const group = member.groups.find(({ vpcId }) => vpcId === machine?.vpcId)?.securityGroup;
  refuse([
    ...(isHandedOver ? [] : throwAwayReasons(machine, instanceId)),
    ...(isHandedOver || machine === undefined || group !== undefined
      ? []
      : [`The stack member-${accountId} has no isolation group in ${machine.vpcId}.`]),
    ...(journal === undefined ? await usedBefore(ticket, here, responder) : []),
  ]);
  return {
    responder,
    address: machine?.address ?? "",
    isolationGroup: group ?? "",
    transferKeyArn: member.transferKeys[0]?.keyArn ?? foundation.transferKeyArn,
    drill: newDrill(ticket, here, member, {
      begunAt: around.now().toISOString(),
      deployer: await callerOf(here.aws),
      responder: caller,
      instance: instanceId,
      disks: disksOf(machine),
    }),
  };
}

function disksOf(machine: ThrowAway | undefined): Drill["disks"] {
  return (machine?.volumes ?? []).map(({ id, sizeGiB }) => ({ volume: id, sizeGiB }));
}

/** The drill proves the roles: nobody else hands over in it than in an incident. */
function responderReasons(caller: string, profile: string, member: MemberFacts): string[] {
  return worksAs({ arn: caller }, [member.responderRoleArn])
    ? []
    : [
        `The profile ${profile} works as ${caller}, and disks of ${member.accountId} are handed over as ${member.responderRoleArn}.`,
      ];
}

/** Why the drill of a journal is not the one that is asked for. */
function journalReasons(drill: Drill, account: string, instance: string): string[] {
  return [
    ...(drill.verdict === undefined
      ? []
      : [`The drill ${drill.ticket} is over, ${drill.verdict}: the next one has a new ticket.`]),
    ...(drill.instance === instance && drill.memberAccount === account
      ? []
      : [`The drill ${drill.ticket} is of ${drill.memberAccount}/${drill.instance}.`]),
  ];
}

function newDrill(
  ticket: string,
  { foundation, outputs }: FoundationHere,
  { accountId }: MemberFacts,
  facts: Pick<Drill, "begunAt" | "deployer" | "responder" | "instance" | "disks">,
): Drill {
  return {
    form: "clean-room/drill/1",
    ticket,
    ...facts,
    program: readProgram(),
    region: foundation.region,
    auditAccount: foundation.accountId,
    memberAccount: accountId,
    vault: {
      days: Number(outputs["vaultDays"]),
      mode: String(outputs["vaultMode"]),
      trial: outputs["vaultTrial"] === true,
    },
    steps: stepsToDo(),
    moments: [],
    left: [],
  };
}

/** Asks once, and begins the journal. */
async function agreed(
  drill: Drill,
  { yes }: DrillOptions,
  { output, person: findPerson }: DrillSurroundings,
  { stacks }: FoundationHere,
  most: number,
): Promise<Journal> {
  const { ticket, instance, disks, memberAccount, vault } = drill;
  const size = disks.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  output.say(
    `This opens the room of ${ticket}, hands ${disks.length} disks of ${instance} in ${memberAccount} over, ${size} GiB, has them copied, locked and hashed (waiting for ${most} min at most for the locks, and again for the hashes), and closes the room. What is preserved and recorded stays as any evidence does: locked for ${vault.days} days, ${vault.mode}${vault.trial ? ", by a vault on trial" : ""}.`,
  );
  if (yes !== true) {
    const person = findPerson();
    if (person === undefined) {
      refuse(["Nobody can be asked here: say --yes."]);
    } else if (!isYes(await person.ask("Perform it? (yes/no) "))) {
      refuse(["You said no."]);
    }
  }
  return Journal.begin(join(stacks.folder, REPORTS), drill);
}

/** The subcommand, as it is called. */
export function drill(output: Output): Command {
  return drillCommand({
    ...surroundings(output),
    responder: responderOf,
    has: (program) => isOnPath(program),
    now: () => new Date(),
    wait: (signal) => setTimeout(PAUSE, undefined, { signal }).catch(() => undefined),
  });
}
