import {
  type AutomationExecution,
  DescribeAutomationExecutionsCommand,
  GetAutomationExecutionCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";

import { exactly } from "../../components/aws/ids";
import type { Acquired } from "../../components/acquisition/acquisitionDocument";
import {
  ACQUISITION_RUNBOOK,
  CENTRAL_ACQUISITION_RUNBOOK,
} from "../../components/acquisition/acquisitionNames";
import { failureOf, NotLoggedIn } from "../../components/aws/failure";
import { fewAtATime } from "../../components/aws/fewAtATime";
import { containmentAdministrationRoleArn } from "../../components/containment/containmentNames";
import { Refusal } from "../../components/refusal";
import { countsLine, succeeded, typedName } from "../contain/containedText";
import { centralCalls } from "../contain/containmentCalls";
import {
  aboutThese,
  executionsGoingOn,
  type GoingOn,
  goesOnLine,
  instancesIn,
  wasGiven,
  without,
} from "../contain/goingOn";
import { AT_ONCE, ERRORS } from "../contain/containOptions";
import {
  FollowedContainment,
  type FollowedRunbooks,
  hasEnded,
  type InstanceState,
  outputsOfSteps,
  type StepOutputs,
} from "../contain/followedContainment";
import { MemberClients, type SsmIn } from "../contain/memberClients";
import { printable } from "../printable";
import { startContainments, type StartedContainments } from "../contain/startedContainments";
import type { FoundationHere } from "../room/foundationHere";
import type { NamedInstance } from "../room/namedInstances";
import { isYes } from "../room/person";
import { duration } from "../room/progress";
import type { Surroundings } from "../room/surroundings";
import {
  AcquisitionRecords,
  type EndedAcquisition,
  isOf,
  RESUMED,
  timeOf,
} from "./recordedAcquisition";

const RUNBOOKS: FollowedRunbooks = {
  central: CENTRAL_ACQUISITION_RUNBOOK,
  own: ACQUISITION_RUNBOOK,
  compared: ["Ticket", "Acquire"],
};

/** How many requests are under way at a time, so that AWS does not throttle them. */
const AT_A_TIME = 5;

/** For so long Automation tells of an execution, in milliseconds; what was begun earlier is not looked for. */
const TOLD = 30 * 24 * 60 * 60 * 1000;

/** What is around the command beside what all have. */
export interface ManySurroundings extends Surroundings {
  /** Systems Manager in a member account, by credentials of its role. */
  readonly ssmIn: SsmIn;
  readonly wait: () => Promise<void>;
  readonly now: () => Date;
}

/** What is asked for. */
export interface ManyAsked {
  readonly ticket: string;
  readonly instances: readonly NamedInstance[];
  readonly acquired: Acquired;
  readonly notification: string;
  readonly atOnce: number;
  readonly errors: string;

  /** Executions that were started before; none: they are started now. */
  readonly follow: readonly string[];
  readonly again: boolean;
  readonly yes: boolean;
  readonly auditStack: string | undefined;
}

/** Machines of member accounts are acquired by their accounts' own runbooks, as many as are named. */
export class AcquiringMany {
  private readonly records: AcquisitionRecords;

  private readonly clients: MemberClients;

  /** Where the record of each is, by instance; or why there is none. */
  private readonly recorded = new Map<
    string,
    { readonly uri: string } | { readonly why: string }
  >();

  /** Of what was begun and whose end the runbook did not keep, how it is called to be resumed, by instance. */
  private readonly unkept = new Map<string, string>();
  private readonly began: number;

  public constructor(
    private readonly asked: ManyAsked,
    private readonly here: FoundationHere,
    private readonly around: ManySurroundings,
  ) {
    const { aws, foundation } = here;
    this.began = around.now().getTime();
    this.clients = new MemberClients(here, around.ssmIn);
    this.records = new AcquisitionRecords(
      aws,
      foundation.vaultBucket,
      asked.ticket,
      asked.notification,
    );
  }

  public async run(): Promise<void> {
    const { ssm } = this.here.aws;
    const { follow, ticket } = this.asked;
    if (follow.length > 0) {
      const followed = follow.map((id) => this.followed(id));
      await Promise.all(followed.map((each) => each.begin()));
      const mistakes = followed.flatMap((each) => each.mistakes(ticket));
      if (mistakes.length > 0) {
        throw new Refusal("Nothing is followed", mistakes);
      }
      return this.tellEnd(await this.followAll(followed));
    }
    this.requirePrepared();
    const { left, goingOn, running } = await this.whatIsLeft();
    const { started, unstarted } = await this.start(left);
    const followed = [...goingOn, ...started].map(
      ({ id, call }) =>
        new FollowedContainment(ssm, (place) => this.clients.in(place), id, call, RUNBOOKS),
    );
    await Promise.all(followed.map((each) => each.begin()));
    this.tellEnd([...(await this.followAll(followed)), ...unstarted, ...running]);
  }

  private async start(left: readonly NamedInstance[]): Promise<StartedContainments> {
    if (left.length === 0) {
      return { started: [], unstarted: [] };
    }
    const { ticket, acquired } = this.asked;
    const places = new Set(left.map(({ accountId, region }) => `${accountId} ${region}`));
    this.around.output.say(
      `${left.length === 1 ? "1 machine is" : `${left.length} machines are`} to be acquired (${acquired}) for ${ticket}, in ${[...places].join(", ")}.`,
    );
    await this.requireYes();
    return startContainments(
      this.here.aws.ssm,
      this.calls(left),
      `npx clean-room acquire ${ticket} --follow`,
      this.around.output,
    );
  }

  private followed(id: string): FollowedContainment {
    const { ssm } = this.here.aws;
    return new FollowedContainment(ssm, (place) => this.clients.in(place), id, undefined, RUNBOOKS);
  }

  /** @throws Refusal where an account is none that the Audit account starts runbooks in */
  private requirePrepared(): void {
    const accounts = (this.here.outputs["containmentAccounts"] ?? []) as readonly string[];
    const strangers = [...new Set(this.asked.instances.map(({ accountId }) => accountId))].filter(
      (each) => !accounts.includes(each),
    );
    const reasons = [
      ...strangers.map(
        (each) =>
          `Account ${each} is none that the audit stack's containmentAccounts names (${accounts.join(", ") || "there is none"}). Have it added there, deploy its own stack with containment: on and with tools in acquisition, and have the new policy attached to your role; or name one machine at a time: docs/acquire.md.`,
      ),
      ...(this.asked.notification === ""
        ? ["The foundation's settings are not here: say whom to tell with --notification."]
        : []),
    ];
    if (reasons.length > 0) {
      throw new Refusal("Nothing was started", reasons);
    }
  }

  /** What no record says is acquired, and no execution is at or has to do; what has ended without a record is recorded. */
  private async whatIsLeft(): Promise<{
    readonly left: readonly NamedInstance[];
    readonly goingOn: readonly GoingOn[];
    readonly running: readonly InstanceState[];
  }> {
    const { ticket, instances, acquired, again } = this.asked;
    const { output } = this.around;
    if (again) {
      return { left: instances, goingOn: [], running: [] };
    }
    const found = await executionsGoingOn(this.here.aws.ssm, CENTRAL_ACQUISITION_RUNBOOK, output);
    const known = await this.records.all();
    const missing = instances.filter((each) => !known.some((facts) => isOf(facts, each, acquired)));
    const done = instances.length - missing.length;
    if (done > 0) {
      output.say(
        `${done} of ${instances.length} are acquired, as their records say: left as they are.`,
      );
    }
    const same = found.filter((each) => wasGiven(each, { Ticket: ticket, Acquire: acquired }));
    const goingOn = aboutThese(same, missing);
    goingOn.forEach((each) => output.say(goesOnLine(each)));
    const notGoingOn = without(missing, instancesIn(goingOn));
    const begun = (await this.begunBefore(notGoingOn)).filter(
      ({ status }) => !hasEnded(status) || status === "Success",
    );
    return { left: without(notGoingOn, begun), goingOn, running: begun };
  }

  /** What the accounts' own runbooks have begun of them for this ticket, the last one each. */
  private async begunBefore(instances: readonly NamedInstance[]): Promise<InstanceState[]> {
    const places = new Map(instances.map((each) => [`${each.accountId}/${each.region}`, each]));
    const since = new Date(this.around.now().getTime() - TOLD).toISOString();
    const found = new Map<string, InstanceState>();
    await fewAtATime([...places.values()], AT_A_TIME, async ({ accountId, region }) => {
      try {
        const ssm = this.clients.in({ accountId, region });
        for (const execution of await executionsIn(ssm, since)) {
          const { Parameters: given = {}, AutomationExecutionStatus: status } = execution;
          const [instanceId = ""] = given["Instance"] ?? [];
          const isAsked =
            given["Ticket"]?.[0] === this.asked.ticket &&
            given["Acquire"]?.[0] === this.asked.acquired &&
            // An account speaks of its own machines alone.
            instances.some(
              (each) =>
                each.instanceId === instanceId &&
                each.accountId === accountId &&
                each.region === region,
            );
          if (isAsked && !found.has(instanceId)) {
            const state: InstanceState = {
              ...{ accountId, region, instanceId },
              ...NOTHING_YET,
              executionId: execution.AutomationExecutionId ?? "",
              ...(status === undefined ? {} : { status }),
            };
            found.set(instanceId, state);
            if (status === "Success") {
              await this.record(state, outputsOfSteps(execution.StepExecutions ?? []));
            }
          }
        }
      } catch (error) {
        if (error instanceof NotLoggedIn || failureOf(error) === "expired") {
          throw error;
        }
        // What is wrong with an account is told by its executions: the others go on.
      }
    });
    return [...found.values()];
  }

  private calls(left: readonly NamedInstance[]) {
    const { ticket, notification, acquired, atOnce, errors } = this.asked;
    const { region, accountId } = this.here.foundation;
    return centralCalls(left, {
      runbook: CENTRAL_ACQUISITION_RUNBOOK,
      parameters: { Ticket: ticket, Notification: notification, Acquire: acquired },
      atOnce,
      errors,
      administrationRoleArn: containmentAdministrationRoleArn(region, accountId),
    });
  }

  private async requireYes(): Promise<void> {
    if (this.asked.yes) {
      return;
    }
    const person = this.around.person();
    if (person === undefined) {
      throw new Refusal("Nothing was started", ["Nobody can be asked here: say --yes."]);
    }
    if (!isYes(await person.ask("Go on? (yes/no) "))) {
      throw new Refusal("Nothing was started", ["You said no."]);
    }
  }

  private async followAll(
    followed: readonly FollowedContainment[],
  ): Promise<readonly InstanceState[]> {
    const { output, wait, now } = this.around;
    let told = "";
    for (;;) {
      const states: InstanceState[] = [];
      for (const each of followed) {
        for (const state of await each.look()) {
          states.push(state);
          // At once: whatever becomes of this process, what has ended is recorded.
          await this.record(state, each.outputsOf(state.instanceId));
        }
      }
      const counts = countsLine(states);
      if (counts !== told) {
        output.say(`${now().toISOString().slice(11, 19)} ${counts}`);
        told = counts;
      }
      if (followed.every(({ ended }) => ended)) {
        followed.flatMap(({ failure }) => failure ?? []).forEach(output.say);
        return states;
      }
      await wait();
    }
  }

  /** Records what has ended, wholly or not, once. */
  private async record(state: InstanceState, outputs: StepOutputs): Promise<void> {
    if (this.recorded.has(state.instanceId) || !hasEnded(state.status)) {
      return;
    }
    const ended = endedOf(state, this.asked.acquired, outputs);
    if (ended === undefined) {
      const resumed = resumedAs(outputs);
      if (resumed !== undefined) {
        this.unkept.set(state.instanceId, resumed);
      }
      return;
    }
    try {
      this.recorded.set(state.instanceId, { uri: await this.records.write(ended) });
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      this.recorded.set(state.instanceId, { why: error.reasons.join(" ") });
    }
  }

  private tellEnd(states: readonly InstanceState[]): void {
    const { output } = this.around;
    const isDone = (state: InstanceState) => {
      const record = this.recorded.get(state.instanceId);
      return succeeded(state) && record !== undefined && "uri" in record;
    };
    for (const state of states) {
      const record = this.recorded.get(state.instanceId);
      output.tell({ ...state, acquired: this.asked.acquired, ...record });
      // An account's words: none is a line of this command, and none drives a terminal.
      this.linesOf(state).forEach((line) => output.say(printable(line.replaceAll("\n", " "))));
    }
    const left = states.filter((state) => !isDone(state));
    const took = duration(this.around.now().getTime() - this.began);
    output.say(
      `${states.length - left.length} of ${states.length} acquired and recorded, ${took}.`,
    );
    if (left.length > 0) {
      process.exitCode = 1;
      output.say(
        `Left; what is acquired stays, and is not acquired again: npx clean-room acquire ${this.asked.ticket}${this.optionsAgain()} ${left.map(typedName).join(" ")}`,
      );
    }
  }

  private linesOf(state: InstanceState): string[] {
    const { status, executionId, failed, reason } = state;
    const name = typedName(state);
    const record = this.recorded.get(state.instanceId);
    const resumed = this.unkept.get(state.instanceId);
    const recorded =
      record === undefined
        ? resumed === undefined
          ? []
          : [
              `    NO RECORD: its runbook did not keep how it ended. What Systems Manager tells of it for 30 days is put and recorded by: ${this.resuming(name, resumed)}`,
            ]
        : "uri" in record
          ? [`    recorded as ${record.uri}`]
          : [`    NO RECORD: ${record.why} Who opens rooms records it by the same command.`];
    if (!hasEnded(status)) {
      const why = reason ?? (executionId === undefined ? "" : `by ${executionId}`);
      return [`${name}: ${status ?? "not begun"}${why === "" ? "" : `: ${why}`}`];
    }
    if (executionId === undefined) {
      const unseen = `its account ended with ${status} and shows no execution for it`;
      return [`${name}: NOTHING IS KNOWN TO BE ACQUIRED: ${reason ?? unseen}`];
    }
    return [
      `${name}: ${succeeded(state) ? "acquired" : `${status}: not everything was acquired`}`,
      ...failed.map(({ step, message }) => `    FAILED ${step}: ${message}`),
      ...recorded,
    ];
  }

  private resuming(name: string, resumed: string): string {
    const { ticket, acquired, auditStack } = this.asked;
    return [
      `npx clean-room acquire ${ticket} ${name}`,
      ...(acquired === "all" ? [] : [`--only ${acquired}`]),
      ...(auditStack === undefined ? [] : [`--audit-stack ${auditStack}`]),
      `--resume ${resumed}`,
    ].join(" ");
  }

  /** The options by which a second command does the same, as they are typed. */
  private optionsAgain(): string {
    const { acquired, atOnce, errors, auditStack } = this.asked;
    return [
      ...(acquired === "all" ? [] : [`--only ${acquired}`]),
      ...(`${atOnce}` === AT_ONCE ? [] : [`--at-once ${atOnce}`]),
      ...(errors === ERRORS ? [] : [`--errors ${errors}`]),
      ...(auditStack === undefined ? [] : [`--audit-stack ${auditStack}`]),
    ]
      .map((each) => ` ${each}`)
      .join("");
  }
}

const NOTHING_YET = { done: [], failed: [], told: [] } as const;

/** Executions of an account's own runbook, the newest first. */
async function executionsIn(
  ssm: Pick<SSMClient, "send">,
  since: string,
): Promise<readonly AutomationExecution[]> {
  const ids: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(
      new DescribeAutomationExecutionsCommand({
        Filters: [
          { Key: "DocumentNamePrefix", Values: [ACQUISITION_RUNBOOK] },
          { Key: "StartTimeAfter", Values: [since] },
        ],
        NextToken,
      }),
    );
    for (const { AutomationExecutionId: id } of page.AutomationExecutionMetadataList ?? []) {
      ids.push(...(id === undefined ? [] : [id]));
    }
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  const found = await fewAtATime(ids, AT_A_TIME, async (AutomationExecutionId) => {
    const { AutomationExecution = {} } = await ssm.send(
      new GetAutomationExecutionCommand({ AutomationExecutionId }),
    );
    return { AutomationExecutionId, ...AutomationExecution };
  });
  const at = ({ ExecutionStartTime }: AutomationExecution) => ExecutionStartTime?.getTime() ?? 0;
  return found.sort((one, other) => at(other) - at(one));
}

/** What `--resume` is told of what was begun: an account's words, so that nothing else is printed to be typed. */
function resumedAs({ send }: StepOutputs): string | undefined {
  const second = /\/(\d{8}T\d{6}Z)\/$/.exec(send?.["prefix"] ?? "")?.[1];
  const resumed = `${send?.["command"]}/${second}`;
  return exactly(RESUMED).test(resumed) ? resumed : undefined;
}

/** What the runbook put out of an acquisition; undefined where none was begun, or how it ended was not kept. */
function endedOf(
  { accountId, region, instanceId }: InstanceState,
  acquired: Acquired,
  { send, keep }: StepOutputs,
): EndedAcquisition | undefined {
  const command = send?.["command"];
  const prefix = send?.["prefix"];
  // A step that failed has put nothing out.
  if (command === undefined || prefix === undefined || keep?.["status"] === undefined) {
    return undefined;
  }
  const of = (name: string) => (keep[name] === "" ? undefined : keep[name]);
  const winpmem = of("winpmem");
  const [memory, state, manifest] = [of("memory"), of("state"), of("manifest")];
  return {
    suspect: { accountId, region, instanceId },
    acquired,
    document: { version: send?.["documentVersion"] ?? "", sha256: of("documentSha256") ?? "" },
    tools: {
      ...{ avml: of("avml") ?? "", busybox: of("busybox") ?? "" },
      ...(winpmem === undefined ? {} : { winpmem }),
    },
    commandId: command,
    prefix,
    status: of("status") ?? "Unknown",
    begun: timeOf(of("begun")),
    ended: timeOf(of("ended")),
    said: {
      ...(memory === undefined
        ? {}
        : {
            memory: {
              parts: Number(of("memoryParts")),
              bytes: Number(of("memoryBytes")),
              sha256: memory,
            },
          }),
      ...(state === undefined ? {} : { state }),
      ...(manifest === undefined ? {} : { manifest }),
    },
    commandFile: of("commandFile"),
  };
}
