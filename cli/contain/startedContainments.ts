import {
  type SSMClient,
  StartAutomationExecutionCommand,
  type StartAutomationExecutionCommandInput,
} from "@aws-sdk/client-ssm";

import { NotLoggedIn } from "../../components/aws/failure";
import { Refusal } from "../../components/refusal";
import { refuseAct } from "../awsRefusals";
import type { Output } from "../output";
import { instancesOf } from "./containmentCalls";
import type { InstanceState } from "./followedContainment";

/** What came of calls of StartAutomationExecution. */
export interface StartedContainments {
  /** Each execution that is under way, and what it was asked to do. */
  readonly started: readonly {
    readonly id: string;
    readonly call?: StartAutomationExecutionCommandInput;
  }[];

  /** Instances of the calls that AWS did not take. */
  readonly unstarted: readonly InstanceState[];
}

/**
 * Makes the calls one after the other, and says each execution at once: it goes on, whatever becomes of the next call and
 * of this process. Where AWS does not take a later call, that is said, and what was started remains to be followed.
 *
 * @param follow The command that follows executions, without their ids.
 * @throws Refusal where nothing was started; NotLoggedIn with the command that follows what was.
 */
export async function startContainments(
  ssm: Pick<SSMClient, "send">,
  calls: readonly StartAutomationExecutionCommandInput[],
  follow: string,
  output: Output,
): Promise<StartedContainments> {
  const started: { id: string; call: StartAutomationExecutionCommandInput }[] = [];
  const followThem = () => `${follow} ${started.map(({ id }) => id).join(" ")}`;
  for (const [index, call] of calls.entries()) {
    try {
      const { AutomationExecutionId: id = "" } = await ssm
        .send(new StartAutomationExecutionCommand(call))
        .catch(
          refuseAct(
            started.length === 0
              ? "Nothing was started"
              : `Not everything was started; what was goes on, to be followed with ${followThem()}`,
          ),
        );
      started.push({ id, call });
      output.tell({ started: id });
    } catch (error) {
      if (started.length === 0 || error instanceof NotLoggedIn || !(error instanceof Refusal)) {
        throw error;
      }
      output.say(error.message);
      const reason = error.reasons.join(" ");
      const unstarted = calls
        .slice(index)
        .flatMap(({ TargetLocations = [] }) => instancesOf(TargetLocations))
        .map((each) => ({ ...each, done: [], failed: [], told: [], reason }));
      return { started, unstarted };
    }
    output.say(
      `Started, and goes on when this command is stopped. To follow it again: ${followThem()}`,
    );
  }
  return { started, unstarted: [] };
}
