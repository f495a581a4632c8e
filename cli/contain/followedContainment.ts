import {
  type AutomationExecution,
  DescribeAutomationExecutionsCommand,
  DescribeAutomationStepExecutionsCommand,
  GetAutomationExecutionCommand,
  type SSMClient,
  type StartAutomationExecutionCommandInput,
  type StepExecution,
} from "@aws-sdk/client-ssm";

import { fewAtATime } from "../../components/aws/fewAtATime";
import { failureOf, NotLoggedIn } from "../../components/aws/failure";
import {
  CENTRAL_RUNBOOK,
  CONTAINMENT_RUNBOOK,
} from "../../components/containment/containmentNames";
import type { CONTAINMENT_PARAMETERS } from "../../components/containment/containmentParameters";
import { refuseLookUp } from "../awsRefusals";
import { reasonOf } from "../reasonOf";
import { instancesOf } from "./containmentCalls";
import type { NamedInstance } from "../room/namedInstances";

type Ssm = Pick<SSMClient, "send">;

/** The runbooks that are followed, and by what an execution of the one is known to be of the other. */
export interface FollowedRunbooks {
  /** The Audit account's, and the member accounts' own. */
  readonly central: string;
  readonly own: string;

  /** Parameters that both are told. */
  readonly compared: readonly string[];
}

const OF_CONTAINMENT: FollowedRunbooks = {
  central: CENTRAL_RUNBOOK,
  own: CONTAINMENT_RUNBOOK,
  compared: ["Ticket", "Act"] satisfies (keyof typeof CONTAINMENT_PARAMETERS)[],
};

/** How far an instance's containment is. */
export interface InstanceState extends NamedInstance {
  /** As Systems Manager says it: `Waiting`, `InProgress`, `Success`, `Failed` …; undefined before it was begun. */
  readonly status?: string;

  /** Id of the execution in its own account; undefined before it was begun, or where nobody may look. */
  readonly executionId?: string;

  /** The step it is at. */
  readonly step?: string;

  /** Steps that were done, in their order; once it has ended. */
  readonly done: readonly string[];

  /** Steps that failed, each with AWS's words; once it has ended. */
  readonly failed: readonly { readonly step: string; readonly message: string }[];

  /** What the runbook puts out: what it would do, or what it put back. */
  readonly told: readonly string[];

  /** Why nothing more is known of it. */
  readonly reason?: string;
}

/** What the steps of an execution put out, by step and name. */
export type StepOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** States after which nothing more happens by itself (API reference, AutomationExecutionStatus). */
const ENDED = [
  ...["Success", "TimedOut", "Cancelled", "Failed", "Rejected", "Exited"],
  ...["CompletedWithSuccess", "CompletedWithFailure"],
];

/** How many requests are under way at a time, so that AWS does not throttle them. */
const AT_A_TIME = 5;

/** Systems Manager's clocks in two Regions need not be one. */
const CLOCKS_APART = 5_000;

/** Whether nothing more happens by itself. */
export function hasEnded(status: string | undefined): boolean {
  return ENDED.includes(status ?? "");
}

/** An account and Region that an execution works in. */
interface Location {
  readonly accountId: string;
  readonly region: string;
  readonly instanceIds: readonly string[];
}

/** An execution of the Audit account's runbook, followed into the accounts that it works in. */
export class FollowedContainment {
  private readonly states = new Map<string, InstanceState>();
  private locations: readonly Location[] = [];

  /** Executions that are about something else: each is read once. */
  private readonly others = new Set<string>();

  /** What the steps of those that have ended put out, by instance. */
  private readonly outputs = new Map<string, StepOutputs>();
  private execution: AutomationExecution = {};

  /**
   * @param ssm Systems Manager of the Audit account.
   * @param ssmIn That of a member account's Region.
   * @param executionId Of the execution in the Audit account.
   * @param call The call that started it; undefined where AWS alone tells what it is about.
   * @param runbooks Which runbooks it is of; else those that contain.
   */
  public constructor(
    private readonly ssm: Ssm,
    private readonly ssmIn: (place: { accountId: string; region: string }) => Ssm,
    public readonly executionId: string,
    private readonly call?: StartAutomationExecutionCommandInput,
    private readonly runbooks: FollowedRunbooks = OF_CONTAINMENT,
  ) {}

  /** Looks what it is about. @throws Refusal where AWS has no such execution */
  public async begin(): Promise<void> {
    await this.lookHere();
    const { TargetLocations = [] } = this.call ?? this.execution;
    this.locations = TargetLocations.map((location) => ({
      accountId: location.Accounts?.[0] ?? "",
      region: location.Regions?.[0] ?? "",
      instanceIds: instancesOf([location]).map(({ instanceId }) => instanceId),
    }));
    for (const instance of instancesOf(TargetLocations)) {
      this.states.set(instance.instanceId, { ...instance, done: [], failed: [], told: [] });
    }
  }

  /** Why this is nothing that can be followed as the ticket's containment, a sentence each; once it has begun. */
  public mistakes(ticket: string): readonly string[] {
    const { DocumentName = "no runbook" } = this.call ?? this.execution;
    const { central } = this.runbooks;
    if (DocumentName !== central) {
      return [
        `${this.executionId} is an execution of ${DocumentName}; required: one of ${central}, as this command says it when it starts one.`,
      ];
    }
    const ofTicket = this.parameter("Ticket");
    return [
      ...(ofTicket === ticket
        ? []
        : [`${this.executionId} is of the ticket ${ofTicket}; you typed ${ticket}.`]),
      ...(this.states.size > 0
        ? []
        : [
            `AWS tells no instance that ${this.executionId} is about. Name the instances instead: each step can run again, and what is done stays done.`,
          ]),
    ];
  }

  /** What its runbook was given; once it has begun. */
  public parameter(name: string): string | undefined {
    return (this.call ?? this.execution).Parameters?.[name]?.[0];
  }

  /** How it ended as a whole, where AWS does not call that a success. */
  public get failure(): string | undefined {
    const { AutomationExecutionStatus: status, FailureMessage: message } = this.execution;
    return status === "Success" || status === "CompletedWithSuccess"
      ? undefined
      : `The execution ${this.executionId} ended as ${status}${message === undefined ? "" : `: ${message}`}.`;
  }

  /** Looks once. @returns how far each instance is */
  public async look(): Promise<readonly InstanceState[]> {
    await this.lookHere();
    const steps = await this.stepsHere();
    await fewAtATime(this.locations, AT_A_TIME, (location) => this.lookInto(location, steps));
    return [...this.states.values()];
  }

  /** Whether nothing more happens by itself, as of the last look. */
  public get ended(): boolean {
    return hasEnded(this.execution.AutomationExecutionStatus);
  }

  /** What the steps of an instance's execution put out, as of the last look. */
  public outputsOf(instanceId: string): StepOutputs {
    return this.outputs.get(instanceId) ?? {};
  }

  private async lookHere(): Promise<void> {
    const { AutomationExecution = {} } = await this.ssm
      .send(new GetAutomationExecutionCommand({ AutomationExecutionId: this.executionId }))
      .catch(refuseLookUp(`The execution ${this.executionId}`));
    this.execution = AutomationExecution;
  }

  /** Its steps: one for each account and Region. */
  private async stepsHere(): Promise<readonly StepExecution[]> {
    const steps: StepExecution[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.ssm
        .send(
          new DescribeAutomationStepExecutionsCommand({
            AutomationExecutionId: this.executionId,
            NextToken,
          }),
        )
        .catch(refuseLookUp(`The steps of the execution ${this.executionId}`));
      steps.push(...(page.StepExecutions ?? []));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return steps;
  }

  private async lookInto(location: Location, steps: readonly StepExecution[]): Promise<void> {
    const { accountId, region, instanceIds } = location;
    const step = steps.find(
      ({ TargetLocation }) =>
        TargetLocation?.Accounts?.includes(accountId) === true &&
        TargetLocation.Regions?.includes(region) === true,
    );
    let reason = step?.FailureMessage;
    try {
      await this.lookAtExecutions(location);
    } catch (error) {
      if (error instanceof NotLoggedIn || failureOf(error) === "expired") {
        throw error;
      }
      reason ??= `${accountId} tells nothing: ${reasonOf(error)}`;
    }
    for (const instanceId of instanceIds) {
      const state = this.state(instanceId);
      if (state.executionId !== undefined && !this.isKnownToEnd(instanceId)) {
        this.note(instanceId, given({ reason }));
      }
      if (state.executionId === undefined && step?.StepStatus !== undefined) {
        // What the account itself does not tell, its location does.
        const status = hasEnded(step.StepStatus) ? step.StepStatus : undefined;
        this.note(instanceId, given({ status, reason }));
      }
    }
  }

  /** Looks at what the account's own runbook does with these instances. */
  private async lookAtExecutions(location: Location): Promise<void> {
    const { instanceIds } = location;
    if (instanceIds.every((each) => this.isKnownToEnd(each))) {
      return;
    }
    const ssm = this.ssmIn(location);
    const since = new Date((this.execution.ExecutionStartTime?.getTime() ?? 0) - CLOCKS_APART);
    const known = new Map(
      instanceIds.flatMap((each) => {
        const { executionId } = this.state(each);
        return executionId === undefined ? [] : [[executionId, each]];
      }),
    );
    const unknown: AutomationExecution[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ssm.send(
        new DescribeAutomationExecutionsCommand({
          Filters: [
            { Key: "DocumentNamePrefix", Values: [this.runbooks.own] },
            { Key: "StartTimeAfter", Values: [since.toISOString()] },
          ],
          NextToken,
        }),
      );
      const found = (page.AutomationExecutionMetadataList ?? []).filter(
        // The runbook that starts it has the same beginning.
        ({ DocumentName, AutomationExecutionId = "" }) =>
          DocumentName === this.runbooks.own && !this.others.has(AutomationExecutionId),
      );
      await fewAtATime(found, AT_A_TIME, async (each) => {
        const { AutomationExecutionId: id = "", AutomationExecutionStatus: status } = each;
        const instanceId = known.get(id);
        if (instanceId === undefined) {
          unknown.push(await read(ssm, id));
        } else if (hasEnded(status) && !this.isKnownToEnd(instanceId)) {
          this.noteExecution(instanceId, await read(ssm, id));
        } else if (!this.isKnownToEnd(instanceId)) {
          this.note(instanceId, given({ status, step: each.CurrentStepName }));
        }
      });
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    this.assign(unknown, instanceIds);
  }

  /** Notes which instance an execution is about: the first of them is this one's, a later one is a later command's. */
  private assign(found: readonly AutomationExecution[], instanceIds: readonly string[]): void {
    const startedAt = ({ ExecutionStartTime }: AutomationExecution) =>
      ExecutionStartTime?.getTime() ?? Infinity;
    for (const each of [...found].sort((one, other) => startedAt(one) - startedAt(other))) {
      const { AutomationExecutionId: id = "", Parameters: asked = {} } = each;
      const [instanceId = ""] = asked["Instance"] ?? [];
      const same = (name: string) => asked[name]?.[0] === this.parameter(name);
      if (
        instanceIds.includes(instanceId) &&
        this.runbooks.compared.every(same) &&
        this.state(instanceId).executionId === undefined
      ) {
        this.noteExecution(instanceId, each);
      } else {
        this.others.add(id);
      }
    }
  }

  private noteExecution(instanceId: string, found: AutomationExecution): void {
    const status = found.AutomationExecutionStatus;
    const steps = found.StepExecutions ?? [];
    this.outputs.set(instanceId, outputsOfSteps(steps));
    this.note(instanceId, {
      executionId: found.AutomationExecutionId ?? "",
      ...given({ status, step: found.CurrentStepName }),
      ...(hasEnded(status)
        ? {
            done: steps.flatMap(({ StepName = "", StepStatus }) =>
              StepStatus === "Success" ? [StepName] : [],
            ),
            failed: steps.flatMap(({ StepName: step = "", StepStatus, FailureMessage = "" }) =>
              StepStatus === "Success" || !hasEnded(StepStatus)
                ? []
                : [{ step, message: FailureMessage }],
            ),
            told: toldBy(found, steps),
          }
        : {}),
    });
  }

  private isKnownToEnd(instanceId: string): boolean {
    const { executionId, status } = this.state(instanceId);
    return executionId !== undefined && hasEnded(status);
  }

  private state(instanceId: string): InstanceState {
    return this.states.get(instanceId) as InstanceState;
  }

  private note(instanceId: string, known: Partial<InstanceState>): void {
    this.states.set(instanceId, { ...this.state(instanceId), ...known });
  }
}

/** Reads one execution of an account's runbook. */
async function read(ssm: Ssm, id: string): Promise<AutomationExecution> {
  const { AutomationExecution: found = {} } = await ssm.send(
    new GetAutomationExecutionCommand({ AutomationExecutionId: id }),
  );
  return { AutomationExecutionId: id, ...found };
}

/** What steps put out, by step and name. */
export function outputsOfSteps(steps: readonly StepExecution[]): StepOutputs {
  return Object.fromEntries(
    steps.map(({ StepName = "", Outputs = {} }) => [
      StepName,
      Object.fromEntries(Object.entries(Outputs).map(([name, [value = ""]]) => [name, value])),
    ]),
  );
}

/** What the runbook's steps put out for people. */
function toldBy(
  { Outputs = {} }: AutomationExecution,
  steps: readonly StepExecution[],
): readonly string[] {
  const back = steps.find(({ StepName }) => StepName === "putBack")?.Outputs?.["back"];
  return back ?? Outputs["look.plan"] ?? [];
}

function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as never;
}
