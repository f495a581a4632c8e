import {
  DescribeAutomationExecutionsCommand,
  DescribeAutomationStepExecutionsCommand,
  GetAutomationExecutionCommand,
  type SSMClient,
  StartAutomationExecutionCommand,
  type StartAutomationExecutionCommandInput,
  type TargetLocation,
} from "@aws-sdk/client-ssm";

import { AwsError } from "./awsError";
import { uuid } from "./identifiers";

/** An account and Region. */
export interface AutomationPlace {
  readonly accountId: string;
  readonly region: string;
}

/** A parameter as a runbook declares it. */
interface Declared {
  readonly allowedPattern?: string;
  readonly allowedValues?: readonly string[];
  readonly default?: string;
}

/** A runbook that an account has in a Region. */
export interface PlacedRunbook {
  readonly parameters: Readonly<Record<string, Declared>>;
  readonly mainSteps: readonly {
    readonly name: string;
    readonly action: string;
    readonly inputs: Readonly<Record<string, unknown>>;
  }[];

  /** Accounts that it is shared with. */
  readonly sharedWith: readonly string[];
}

/** What became of a runbook's execution. */
export interface PlayedRunbook {
  readonly done: readonly string[];
  readonly failed?: { readonly step: string; readonly message: string };
  readonly outputs: Readonly<Record<string, string[]>>;

  /** What its last step put out. */
  readonly told?: Readonly<Record<string, string[]>>;

  /** What its steps put out, by step, where they put out different things. */
  readonly stepOutputs?: Readonly<Record<string, Readonly<Record<string, string[]>>>>;
}

type Parameters = Readonly<Record<string, readonly string[]>>;

/** The accounts that runbooks work in. */
export interface AutomationAccounts {
  /** A runbook by its name; undefined where there is none. */
  readonly runbook: (place: AutomationPlace, name: string) => PlacedRunbook | undefined;

  /** Whether an account has a role of this name, with its path. */
  readonly hasRole: (accountId: string, name: string) => boolean;

  /** Does what the runbook does with one instance. */
  readonly play: (
    place: AutomationPlace,
    runbook: PlacedRunbook,
    parameters: Parameters,
  ) => Promise<PlayedRunbook>;
}

/** Automations that an account runs at a time in a Region (AWS's quotas); an instance takes two, the one inside the other. */
const MOST_AT_ONCE = 100;
const ENTRIES_OF_A_PAGE = 50;

interface Child {
  readonly id: string;
  readonly parameters: Parameters;
  readonly startedAt: number;
  readonly endsAt: number;
  played?: PlayedRunbook;
}

interface PlayedLocation {
  readonly place: AutomationPlace;
  readonly location: TargetLocation;
  readonly executionId: string;

  /** Why nothing was begun there. */
  readonly failure?: string;
  readonly waiting: string[];
  readonly inner: string;
  readonly children: Child[];

  /** How many are let begin at a time by now, and how many in all before those have ended. */
  readonly ramp: { limit: number; until: number };
}

interface Execution {
  readonly id: string;
  readonly place: AutomationPlace;
  readonly input: StartAutomationExecutionCommandInput;
  readonly startedAt: number;
  readonly locations: readonly PlayedLocation[];
}

/**
 * Automation of Systems Manager, as far as a runbook needs it that is run in many accounts and Regions and starts another
 * one there: who is told what, how many at a time, what AWS refuses. Time is the caller's.
 *
 * Source: Systems Manager user guide, "Running automations in multiple AWS Regions and accounts", "Control automations at
 * scale"; API reference, the actions by these names.
 */
export class Automation {
  private readonly executions: Execution[] = [];

  /**
   * @param accounts What runbooks work in.
   * @param now The time, in milliseconds.
   * @param milliseconds What one instance takes.
   */
  public constructor(
    private readonly accounts: AutomationAccounts,
    private readonly now: () => number,
    private readonly milliseconds: number,
  ) {}

  /** Systems Manager, as an account's clients ask it in a Region. @returns undefined of what is no affair of Automation */
  public client(place: AutomationPlace): Pick<SSMClient, "send"> {
    const send = async (command: unknown): Promise<object> => {
      await this.advance();
      if (command instanceof StartAutomationExecutionCommand) {
        return { AutomationExecutionId: this.start(place, command.input) };
      }
      if (command instanceof GetAutomationExecutionCommand) {
        return {
          AutomationExecution: this.get(place, String(command.input.AutomationExecutionId)),
        };
      }
      if (command instanceof DescribeAutomationStepExecutionsCommand) {
        const execution = this.central(place, String(command.input.AutomationExecutionId));
        return { StepExecutions: execution?.locations.map((each) => stepOf(each)) ?? [] };
      }
      if (command instanceof DescribeAutomationExecutionsCommand) {
        return this.list(place, command.input);
      }
      throw new Error(
        "the simulated Automation starts, tells and lists executions, and nothing else",
      );
    };
    return { send: send as SSMClient["send"] };
  }

  private start(place: AutomationPlace, input: StartAutomationExecutionCommandInput): string {
    const { DocumentName = "", TargetLocations = [], TargetParameterName = "" } = input;
    const runbook = this.accounts.runbook(place, DocumentName);
    if (runbook === undefined) {
      throw refused("AutomationDefinitionNotFoundException", `${DocumentName} does not exist`);
    }
    const given = input.Parameters ?? {};
    const values = TargetLocations.flatMap(({ Targets = [] }) => Targets[0]?.Values ?? []);
    checkParameters(runbook, { ...given, [TargetParameterName]: values });
    const role = given["AutomationAssumeRole"]?.[0]?.split(":role/")[1] ?? "";
    if (!this.accounts.hasRole(place.accountId, role)) {
      throw refused(
        "InvalidAutomationExecutionParametersException",
        `The defined assume role is unable to be assumed: ${role}`,
      );
    }
    if (
      TargetLocations.length > 100 ||
      TargetLocations.some(({ Targets = [] }) => (Targets[0]?.Values ?? []).length > 50)
    ) {
      throw refused("ValidationException", "Member must have length less than or equal to");
    }
    const execution: Execution = {
      id: uuid(),
      place,
      input,
      startedAt: this.now(),
      locations: TargetLocations.map((location) => this.locate(place, runbook, location)),
    };
    this.executions.push(execution);
    return execution.id;
  }

  private locate(
    central: AutomationPlace,
    runbook: PlacedRunbook,
    location: TargetLocation,
  ): PlayedLocation {
    const [accountId = ""] = location.Accounts ?? [];
    const [region = ""] = location.Regions ?? [];
    const role = location.ExecutionRoleName ?? "";
    const inner = String(runbook.mainSteps[0]?.inputs["DocumentName"]);
    const place = { accountId, region };
    const failure =
      accountId !== central.accountId && !runbook.sharedWith.includes(accountId)
        ? `The runbook is not shared with account ${accountId}`
        : !this.accounts.hasRole(accountId, role)
          ? `Failed to assume the role arn:aws:iam::${accountId}:role/${role}: is not authorized to perform: sts:AssumeRole`
          : undefined;
    const waiting = [...(location.Targets?.[0]?.Values ?? [])];
    const known = {
      place,
      location,
      executionId: uuid(),
      waiting,
      inner,
      children: [],
      ramp: { limit: 1, until: 1 },
    };
    return failure === undefined ? known : { ...known, waiting: [], failure };
  }

  /** Lets happen what has happened by now, in its order. */
  private async advance(): Promise<void> {
    const now = this.now();
    for (const { locations, startedAt, input } of this.executions) {
      for (const location of locations) {
        await this.advanceIn(location, startedAt, now, input);
      }
    }
  }

  /**
   * AWS begins with one target, waits until that is done, and goes on with two, and so on by powers of two until as many
   * are at work as are asked for (user guide, "Control automations at scale").
   */
  private async advanceIn(
    location: PlayedLocation,
    startedAt: number,
    now: number,
    input: StartAutomationExecutionCommandInput,
  ): Promise<void> {
    const { children, waiting, place, inner, ramp } = location;
    const atOnce = Math.min(
      Number(location.location.TargetsMaxConcurrency ?? 10),
      Math.floor((MOST_AT_ONCE - 1) / 2),
    );
    let at = startedAt;
    for (;;) {
      const running = children.filter(({ played }) => played === undefined);
      if (running.length === 0 && children.length >= ramp.until) {
        ramp.limit *= 2;
        ramp.until += ramp.limit;
      }
      const mayBegin = ramp.limit < atOnce ? children.length < ramp.until : running.length < atOnce;
      if (waiting.length > 0 && mayBegin && !mayNoMore(location)) {
        const parameters = parametersOf(input, String(waiting.shift()));
        const endsAt = at + this.milliseconds;
        children.push({ id: uuid(), parameters, startedAt: at, endsAt });
        continue;
      }
      const [next] = running.sort((one, other) => one.endsAt - other.endsAt);
      if (next === undefined || next.endsAt > now) {
        return;
      }
      at = next.endsAt;
      const runbook = this.accounts.runbook(place, inner);
      if (runbook === undefined) {
        const message = `Document with name ${inner} does not exist.`;
        next.played = { done: [], outputs: {}, failed: { step: "contain", message } };
      } else {
        next.played = await this.accounts.play(place, runbook, next.parameters);
      }
    }
  }

  private central({ accountId, region }: AutomationPlace, id: string): Execution | undefined {
    return this.executions.find(
      (each) =>
        each.id === id && each.place.accountId === accountId && each.place.region === region,
    );
  }

  private childrenIn({ accountId, region }: AutomationPlace) {
    return this.executions.flatMap(({ locations }) =>
      locations
        .filter(({ place }) => place.accountId === accountId && place.region === region)
        .flatMap(({ children, inner, place: there }) =>
          children
            .filter(() => this.accounts.runbook(there, inner) !== undefined)
            .map((child) => ({ child, inner })),
        ),
    );
  }

  private get(place: AutomationPlace, id: string): object {
    const execution = this.central(place, id);
    if (execution !== undefined) {
      return {
        AutomationExecutionId: id,
        DocumentName: execution.input.DocumentName,
        AutomationExecutionStatus: statusOf(execution.locations),
        ExecutionStartTime: new Date(execution.startedAt),
        Parameters: execution.input.Parameters,
        TargetLocations: execution.input.TargetLocations,
      };
    }
    const found = this.childrenIn(place).find(({ child }) => child.id === id);
    if (found === undefined) {
      throw refused("AutomationExecutionNotFoundException", `There is no execution ${id}`);
    }
    const { played } = found.child;
    return {
      ...listed(found.child, found.inner),
      Parameters: found.child.parameters,
      Outputs: played?.outputs ?? {},
      StepExecutions: [
        ...(played?.done ?? []).map((StepName) => ({
          StepName,
          StepStatus: "Success",
          Outputs: played?.stepOutputs?.[StepName] ?? played?.told,
        })),
        ...(played?.failed === undefined
          ? []
          : [
              {
                StepName: played.failed.step,
                StepStatus: "Failed",
                FailureMessage: played.failed.message,
              },
            ]),
      ],
    };
  }

  private list(
    place: AutomationPlace,
    { Filters = [], NextToken }: DescribeAutomationExecutionsCommand["input"],
  ): object {
    const filter = (key: string) => Filters.find(({ Key }) => Key === key)?.Values?.[0] ?? "";
    const after = new Date(filter("StartTimeAfter") || 0).getTime();
    const children = this.childrenIn(place).map(({ child, inner }) => listed(child, inner));
    // What an account starts in others is an execution there, beside those that it has of others.
    const started = this.executions
      .filter(
        ({ place: { accountId, region } }) =>
          accountId === place.accountId && region === place.region,
      )
      .map(({ id, input, locations, startedAt }) => ({
        AutomationExecutionId: id,
        DocumentName: input.DocumentName ?? "",
        AutomationExecutionStatus: statusOf(locations),
        ExecutionStartTime: new Date(startedAt),
      }));
    const all = [...started, ...children].filter(
      (each) =>
        each.DocumentName.startsWith(filter("DocumentNamePrefix")) &&
        each.ExecutionStartTime.getTime() >= after,
    );
    const from = Number(NextToken ?? 0);
    const to = from + ENTRIES_OF_A_PAGE;
    return {
      AutomationExecutionMetadataList: all.slice(from, to),
      ...(to < all.length ? { NextToken: `${to}` } : {}),
    };
  }
}

function parametersOf(input: StartAutomationExecutionCommandInput, target: string): Parameters {
  const { AutomationAssumeRole: _, ...parameters } = input.Parameters ?? {};
  return { ...parameters, [input.TargetParameterName ?? ""]: [target] };
}

function listed({ id, startedAt, played }: Child, inner: string) {
  const failed = played?.failed !== undefined;
  return {
    AutomationExecutionId: id,
    DocumentName: inner,
    AutomationExecutionStatus: played === undefined ? "InProgress" : failed ? "Failed" : "Success",
    ExecutionStartTime: new Date(startedAt),
    CurrentStepName: played === undefined ? "look" : undefined,
  };
}

/** Whether more have failed than are allowed to. @param most A number, or per cent */
function areTooMany(failures: number, most: string, all: number): boolean {
  return failures > (most.endsWith("%") ? (Number(most.slice(0, -1)) * all) / 100 : Number(most));
}

function mayNoMore({ location, children, waiting }: PlayedLocation): boolean {
  const failures = children.filter(({ played }) => played?.failed !== undefined).length;
  return areTooMany(failures, location.TargetsMaxErrors ?? "0", children.length + waiting.length);
}

/** How a location is. AWS documents nowhere that errors which are tolerated make it a failure: here they do not. */
function statusIn(location: PlayedLocation): string {
  const { failure, children, waiting } = location;
  if (failure !== undefined) {
    return "Failed";
  }
  const open = children.some(({ played }) => played === undefined);
  if (open || (waiting.length > 0 && !mayNoMore(location))) {
    return "InProgress";
  }
  return mayNoMore(location) ? "Failed" : "Success";
}

/** How all are together; the same is said of locations. */
function statusOf(locations: readonly PlayedLocation[]): string {
  const statuses = locations.map(statusIn);
  const failures = statuses.filter((each) => each === "Failed").length;
  const most = locations[0]?.location.TargetLocationMaxErrors ?? "0";
  return statuses.includes("InProgress")
    ? "InProgress"
    : areTooMany(failures, most, statuses.length)
      ? "Failed"
      : "Success";
}

function stepOf(each: PlayedLocation): object {
  return {
    StepName: each.executionId,
    StepStatus: statusIn(each),
    TargetLocation: each.location,
    ...(each.failure === undefined ? {} : { FailureMessage: each.failure }),
  };
}

/** As Systems Manager does before a step runs. @param code What it refuses by */
export function checkParameters(
  { parameters }: Pick<PlacedRunbook, "parameters">,
  given: Parameters,
  code = "InvalidAutomationExecutionParametersException",
): void {
  const invalid = (name: string) =>
    refused(code, `The supplied parameters are incorrect for the specified document: ${name}`);
  for (const [name, values] of Object.entries(given)) {
    const declared = parameters[name];
    const { allowedPattern, allowedValues } = declared ?? {};
    const wrong = values.filter(
      (value) =>
        declared === undefined ||
        (allowedPattern !== undefined && !new RegExp(allowedPattern).test(value)) ||
        (allowedValues !== undefined && !allowedValues.includes(value)),
    );
    if (declared === undefined || wrong.length > 0) {
      throw invalid(name);
    }
  }
  for (const [name, { default: fallback }] of Object.entries(parameters)) {
    if (fallback === undefined && (given[name] ?? []).length === 0) {
      throw invalid(name);
    }
  }
}

function refused(code: string, sentence: string): AwsError {
  return Object.assign(new AwsError(code, sentence), { name: code });
}
