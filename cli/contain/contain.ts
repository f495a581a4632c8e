import { setTimeout } from "node:timers/promises";

import { SSMClient, type StartAutomationExecutionCommandInput } from "@aws-sdk/client-ssm";
import { Command } from "commander";

import {
  CENTRAL_RUNBOOK,
  containmentAdministrationRoleArn,
} from "../../components/containment/containmentNames";
import { type Act, ACTS } from "../../components/containment/containmentParameters";
import { Refusal } from "../../components/refusal";
import type { Output } from "../output";
import { findFoundationHere, type FoundationHere } from "../room/foundationHere";
import { isYes } from "../room/person";
import { duration } from "../room/progress";
import { type Surroundings, surroundings } from "../room/surroundings";
import { countsLine, stateLines, succeeded, typedName } from "./containedText";
import { containmentCalls } from "./containmentCalls";
import {
  type AskedContainment,
  type ContainOptions,
  type GivenBefore,
  optionsAgain,
  readAsked,
  withContainOptions,
} from "./containOptions";
import { FollowedContainment, type InstanceState } from "./followedContainment";
import {
  aboutThese,
  executionsGoingOn,
  type GoingOn,
  goesOnLine,
  instancesIn,
  wasGiven,
  without,
} from "./goingOn";
import { MemberClients, type SsmIn } from "./memberClients";
import { type NamedInstance, namedTwice } from "../room/namedInstances";
import { type StartedContainments, startContainments } from "./startedContainments";

/** Seconds between two looks. */
const SECONDS = 5;

/** What is around the command beside what all have. */
export interface ContainSurroundings extends Surroundings {
  /** Systems Manager in a member account, by credentials of its role. */
  readonly ssmIn: SsmIn;

  /** Passes the time between two looks. */
  readonly wait: () => Promise<void>;
}

/** Reads the command line. */
export function containCommand(around: ContainSurroundings): Command {
  const command = withContainOptions(new Command("contain"))
    .description(
      "Contains instances of member accounts, as many as are named, by their accounts' own runbooks: one call of Systems Manager for all accounts and Regions, which is followed to its end. Ends with 0 when everything was done on every instance, else with 1. An instance is named i-…, <account>/i-… or <account>/<region>/i-….",
    )
    .argument("<ticket>", "the incident's ticket")
    .argument("[instance...]", "the instances")
    .action(async (ticket: string, named: readonly string[]) => {
      const options = command.opts<ContainOptions>();
      const asked = readAsked(ticket, named, options);
      const here = await findFoundationHere(options.auditStack, around);
      await new ContainmentRun(asked, options, here, around).run();
    });
  return command;
}

/** One run of the command. */
class ContainmentRun {
  private readonly began = Date.now();

  private readonly clients: MemberClients;

  public constructor(
    private readonly asked: AskedContainment,
    private readonly options: ContainOptions,
    private readonly here: FoundationHere,
    private readonly around: ContainSurroundings,
  ) {
    this.clients = new MemberClients(here, around.ssmIn);
  }

  public async run(): Promise<void> {
    const { follow } = this.options;
    const { started, unstarted } =
      follow === undefined
        ? await this.start()
        : { started: follow.map((id) => ({ id, call: undefined })), unstarted: [] };
    const followed = started.map(
      ({ id, call }) =>
        new FollowedContainment(this.here.aws.ssm, (place) => this.clients.in(place), id, call),
    );
    await Promise.all(followed.map((each) => each.begin()));
    const given = this.givenTo(followed);
    this.tellEnd([...(await this.followAll(followed, given.act)), ...unstarted], given);
  }

  private async start(): Promise<StartedContainments> {
    const { output } = this.around;
    const instances = this.instances();
    const goingOn = await this.goingOn(instances);
    const left = without(instances, instancesIn(goingOn));
    if (left.length === 0) {
      return { started: goingOn, unstarted: [] };
    }
    const places = new Set(left.map(({ accountId, region }) => `${accountId} ${region}`));
    const verb = { observe: "observed", contain: "contained", "roll-back": "put back" };
    output.say(
      `${left.length === 1 ? "1 instance is" : `${left.length} instances are`} to be ${verb[this.asked.act]} for ${this.asked.ticket}, in ${[...places].join(", ")}.`,
    );
    await this.requireYes();
    const { started, unstarted } = await startContainments(
      this.here.aws.ssm,
      this.calls(left),
      `npx clean-room contain ${this.asked.ticket} --follow`,
      output,
    );
    return { started: [...goingOn, ...started], unstarted };
  }

  /**
   * Executions that go on and do the same with some of them: two at once would open what the other has isolated, and one that
   * waits would contain again what was put back meanwhile.
   */
  private async goingOn(instances: readonly NamedInstance[]): Promise<readonly GoingOn[]> {
    const { act, ticket } = this.asked;
    const { output } = this.around;
    if (act === "observe" || this.options.again === true) {
      return [];
    }
    const found = (await executionsGoingOn(this.here.aws.ssm, CENTRAL_RUNBOOK, output)).filter(
      (each) => wasGiven(each, { Ticket: ticket }),
    );
    const isSame = (each: GoingOn) => wasGiven(each, { Act: act, RoleSessions: this.roleSessions });
    const others = found.filter((each) => !isSame(each) && !wasGiven(each, { Act: "observe" }));
    for (const each of aboutThese(others, instances)) {
      output.say(
        `${each.id} goes on, and was told Act=${each.call.Parameters?.["Act"]?.[0]}: what of these waits there, it does later: ${instancesIn([each]).map(typedName).join(" ")}`,
      );
    }
    const same = aboutThese(found.filter(isSame), instances);
    same.forEach((each) => output.say(goesOnLine(each)));
    return same;
  }

  private get roleSessions(): "leave" | "deny" {
    return this.options.leaveSessions === true ? "leave" : "deny";
  }

  /** What the executions were given. @throws Refusal where they are not what was typed, or not of one kind */
  private givenTo(followed: readonly FollowedContainment[]): GivenBefore {
    const { observe, rollBack } = this.options;
    const typed = observe === true || rollBack === true ? this.asked.act : undefined;
    const [act, ...otherActs] = new Set(followed.map((each) => each.parameter("Act")));
    const [roleSessions, ...otherSessions] = new Set(
      followed.map((each) => each.parameter("RoleSessions")),
    );
    const mistakes = followed.flatMap((each) => each.mistakes(this.asked.ticket));
    if (otherActs.length > 0 || otherSessions.length > 0) {
      mistakes.push("The executions do different things: follow each with a command of its own.");
    } else if (mistakes.length === 0 && (typed ?? act) !== act) {
      mistakes.push(`What is followed is ${act}; you typed ${typed}.`);
    }
    const known = ACTS.find((each) => each === act);
    if (known === undefined || mistakes.length > 0) {
      throw new Refusal("Nothing is followed", mistakes);
    }
    return { act: known, roleSessions, notification: followed[0]?.parameter("Notification") };
  }

  /** Whom the foundation's settings have told; empty where they are not here. */
  private get configuredNotification(): string {
    const configured = this.here.foundation.config["clean-room:notification"];
    return (typeof configured === "string" ? configured.split(" ")[0] : undefined) ?? "";
  }

  private get notification(): string {
    return this.options.notification ?? this.configuredNotification;
  }

  /** Each instance once. @throws Refusal where something is asked for that the foundation does not do */
  private instances(): readonly NamedInstance[] {
    const { foundation, outputs } = this.here;
    const accounts = (outputs["containmentAccounts"] ?? []) as readonly string[];
    const { account = "", region = foundation.region } = this.options;
    const instances = this.asked.instances.map((each): NamedInstance => ({
      accountId: account,
      region,
      ...each,
    }));
    const strangers = [...new Set(instances.map(({ accountId }) => accountId))].filter(
      (each) => !accounts.includes(each),
    );
    const reasons = [
      ...namedTwice(instances),
      ...strangers.map(
        (each) =>
          `Account ${each} is none that the audit stack's containmentAccounts names (${accounts.join(", ") || "there is none"}). Have it added there, deploy its own stack with containment: on, and have the new policy attached to your role. By hand in the account: docs/contain.md.`,
      ),
      ...(this.notification === ""
        ? ["The foundation's settings are not here: say whom to tell with --notification."]
        : []),
    ];
    if (reasons.length > 0) {
      throw new Refusal("Nothing was started", reasons);
    }
    return [...new Map(instances.map((each) => [typedName(each), each])).values()];
  }

  private calls(instances: readonly NamedInstance[]): StartAutomationExecutionCommandInput[] {
    const { region, accountId } = this.here.foundation;
    const { ticket, act, atOnce } = this.asked;
    return containmentCalls(instances, {
      ticket,
      notification: this.notification,
      act,
      roleSessions: this.roleSessions,
      atOnce,
      errors: this.options.errors,
      administrationRoleArn: containmentAdministrationRoleArn(region, accountId),
    });
  }

  private async requireYes(): Promise<void> {
    if (this.asked.act === "observe" || this.options.yes === true) {
      return;
    }
    const person = this.around.person();
    if (person === undefined) {
      throw new Refusal("Nothing was started", [
        "Nobody can be asked here: say --yes, or --observe to see what would be done.",
      ]);
    }
    if (!isYes(await person.ask("Go on? (yes/no) "))) {
      throw new Refusal("Nothing was started", ["You said no."]);
    }
  }

  private async followAll(
    followed: readonly FollowedContainment[],
    act: Act,
  ): Promise<readonly InstanceState[]> {
    const { output, wait } = this.around;
    const waiting = new Set<string>();
    let told = "";
    for (;;) {
      const states: InstanceState[] = [];
      for (const each of followed) {
        states.push(...(await each.look()));
      }
      const counts = countsLine(states);
      if (counts !== told) {
        output.say(`${new Date().toISOString().slice(11, 19)} ${counts}`);
        told = counts;
      }
      for (const state of states.filter(
        ({ step, status }) => step === "approve" && status === "Waiting",
      )) {
        this.tellWaiting(state, waiting);
      }
      if (followed.every(({ ended }) => ended)) {
        states.forEach((state) => output.tell({ ...state, act }));
        followed.flatMap(({ failure }) => failure ?? []).forEach(output.say);
        return states;
      }
      await wait();
    }
  }

  /** Once for each instance that somebody has to approve. */
  private tellWaiting(state: InstanceState, waiting: Set<string>): void {
    const { instanceId, region, executionId = "" } = state;
    if (!waiting.has(instanceId)) {
      waiting.add(instanceId);
      this.around.output.say(
        `${typedName(state)} waits for one of the account's containmentApprovers, and others of its account and Region for that: aws ssm send-automation-signal --region ${region} --automation-execution-id ${executionId} --signal-type Approve`,
      );
    }
  }

  private tellEnd(states: readonly InstanceState[], given: GivenBefore): void {
    const { act } = given;
    const { say } = this.around.output;
    states.flatMap((state) => stateLines(state, act)).forEach(say);
    const left = states.filter((state) => !succeeded(state));
    const took = duration(Date.now() - this.began);
    const again = (these: readonly InstanceState[], of: GivenBefore) =>
      `npx clean-room contain ${this.asked.ticket}${optionsAgain(of, this.options, this.configuredNotification)} ${these.map(typedName).join(" ")}`;
    say(`${states.length - left.length} of ${states.length} done, ${took}.`);
    if (left.length > 0) {
      process.exitCode = 1;
      say(`Left; each step can run again, and what is done stays done: ${again(left, given)}`);
    }
    const begun = states.filter(({ executionId, status }) => (executionId ?? status) !== undefined);
    if (act === "contain" && begun.length > 0) {
      say(`To put back: ${again(begun, { ...given, act: "roll-back" })}`);
      say(`Then hand the disks over: docs/evidence.md.`);
    }
  }
}

/** The subcommand, as it is called. */
export function contain(output: Output): Command {
  return containCommand({
    ...surroundings(output),
    ssmIn: (_, config) => new SSMClient(config),
    wait: () => setTimeout(SECONDS * 1000),
  });
}
