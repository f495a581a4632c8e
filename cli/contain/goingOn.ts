import {
  DescribeAutomationExecutionsCommand,
  GetAutomationExecutionCommand,
  type SSMClient,
  type StartAutomationExecutionCommandInput,
  type TargetLocation,
} from "@aws-sdk/client-ssm";

import { answerOf, failureOf } from "../../components/aws/failure";
import { fewAtATime } from "../../components/aws/fewAtATime";
import { refuseLookUp } from "../awsRefusals";
import type { Output } from "../output";
import type { NamedInstance } from "../room/namedInstances";
import { typedName } from "./containedText";
import { instancesOf } from "./containmentCalls";
import { hasEnded } from "./followedContainment";

/** How many requests are under way at a time, so that AWS does not throttle them. */
const AT_A_TIME = 5;

/** An execution of the Audit account that has not ended, as the call that started it. */
export interface GoingOn {
  readonly id: string;
  readonly call: StartAutomationExecutionCommandInput;
}

/**
 * What executions of a runbook of the Audit account's have to do that have not ended. Of an instance that waits there for
 * its turn they alone tell: its own account knows nothing of it yet.
 *
 * Look here before the member accounts are looked at: what ends between the two looks is seen there then.
 */
export async function executionsGoingOn(
  ssm: Pick<SSMClient, "send">,
  runbook: string,
  output: Output,
): Promise<readonly GoingOn[]> {
  const ids: string[] = [];
  try {
    let NextToken: string | undefined;
    do {
      const page = await ssm.send(
        new DescribeAutomationExecutionsCommand({
          Filters: [{ Key: "DocumentNamePrefix", Values: [runbook] }],
          NextToken,
        }),
      );
      for (const each of page.AutomationExecutionMetadataList ?? []) {
        const { AutomationExecutionId: id, AutomationExecutionStatus: status } = each;
        if (id !== undefined && each.DocumentName === runbook && !hasEnded(status)) {
          ids.push(id);
        }
      }
      ({ NextToken } = page);
    } while (NextToken !== undefined);
  } catch (error) {
    if (failureOf(error) !== "denied") {
      return refuseLookUp("What was started before")(error);
    }
    // Whoever has the policy of an earlier version may not look: what is urgent is done all the same.
    output.say(
      `What waits in executions that were started before is not known, and may be begun a second time: the audit stack's pulumi up lets it be looked at. ${answerOf(error)}`,
    );
    return [];
  }
  return fewAtATime(ids, AT_A_TIME, async (id) => {
    const { AutomationExecution: found = {} } = await ssm
      .send(new GetAutomationExecutionCommand({ AutomationExecutionId: id }))
      .catch(refuseLookUp(`The execution ${id}`));
    const { Parameters, TargetLocations = [] } = found;
    if (instancesOf(TargetLocations).length === 0) {
      output.say(
        `The execution ${id} goes on, and AWS tells no instance that it is about: what waits there may be begun a second time.`,
      );
    }
    return { id, call: { DocumentName: runbook, Parameters, TargetLocations } };
  });
}

/** Whether its runbook was given these values. */
export function wasGiven(
  { call: { Parameters = {} } }: GoingOn,
  values: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(values).every(([name, value]) => Parameters[name]?.[0] === value);
}

/** The same executions, about these instances alone and about each once; without those that are about none of them. */
export function aboutThese(
  executions: readonly GoingOn[],
  instances: readonly NamedInstance[],
): readonly GoingOn[] {
  const wanted = new Set(instances.map(typedName));
  return executions.flatMap(({ id, call }) => {
    const TargetLocations = (call.TargetLocations ?? []).flatMap((location): TargetLocation[] => {
      const there = instancesOf([location]).filter((each) => wanted.delete(typedName(each)));
      const Values = there.map(({ instanceId }) => instanceId);
      return there.length === 0
        ? []
        : [{ ...location, Targets: [{ Key: "ParameterValues", Values }] }];
    });
    return TargetLocations.length === 0 ? [] : [{ id, call: { ...call, TargetLocations } }];
  });
}

/** The instances that executions are about. */
export function instancesIn(executions: readonly GoingOn[]): readonly NamedInstance[] {
  return executions.flatMap(({ call: { TargetLocations = [] } }) => instancesOf(TargetLocations));
}

/** Those of them that are none of the others. */
export function without(
  instances: readonly NamedInstance[],
  others: readonly NamedInstance[],
): readonly NamedInstance[] {
  const names = new Set(others.map(typedName));
  return instances.filter((each) => !names.has(typedName(each)));
}

/** What is said of an execution that goes on, and of what it is about. */
export function goesOnLine(execution: GoingOn): string {
  const names = instancesIn([execution]).map(typedName);
  return `${execution.id} goes on, and is at these or will be: followed, and not begun a second time, unless you say --again: ${names.join(" ")}`;
}
