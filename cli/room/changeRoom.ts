import { Refusal } from "../../components/refusal";
import type { Output } from "../output";
import { reasonOf } from "../reasonOf";
import { changesText, countOf } from "./deploymentOutcome";
import { Interrupted } from "./interruption";
import { isYes, type Person } from "./person";
import { RefusedDeployment } from "./refusedDeployment";
import type { Ran, RoomStacks } from "./roomStacks";

/** A change of a room that is previewed, agreed to and deployed. */
export interface RoomChange {
  readonly stacks: Pick<RoomStacks, "run" | "log" | "workspace">;
  readonly stack: string;
  readonly output: Output;

  /** Who is asked; nobody where there is no terminal. */
  readonly person: Person | undefined;

  /** Whether it was agreed to beforehand. */
  readonly yes: boolean;

  /** What is asked, of what the preview says. @param changes such as `15 made` */
  readonly question: (changes: string) => string;

  /** What is not done where it is refused, as a heading: `The room of … is not opened; nothing was changed`. */
  readonly notDone: string;

  /** The command that goes on where this stopped. */
  readonly again: string;

  /** Takes back what was written for it; called where nothing was deployed. */
  readonly undo: () => Promise<void> | void;

  /** What else is waited for. */
  readonly aside?: () => Promise<readonly string[]>;
}

/** How a change ended. */
export interface ChangedRoom {
  /** The deployment, or a preview that failed for a tolerated reason; undefined where there was nothing to change. */
  readonly up: Ran | undefined;
}

/**
 * Previews a room under the policy pack, tells what that says, asks once, and deploys it.
 *
 * @param tolerated Reasons for a failed preview or deployment that are the caller's to answer; with one it ends as if it had
 *   succeeded, and what was written stays.
 * @throws RefusedDeployment with the program's own words, Refusal where nobody agrees, Interrupted.
 */
export async function changeRoom(
  change: RoomChange,
  tolerated: (reason: string) => boolean = () => false,
): Promise<ChangedRoom> {
  const { stacks, stack, output, notDone, again } = change;
  const logged = `Everything that the engine printed: ${stacks.log(stack)}`;
  let begun = false;
  try {
    const preview = await stacks.run("preview", stack, output);
    preview.warnings.forEach((warning) => output.say(`warning: ${warning}`));
    if (preview.interrupted) {
      throw new Interrupted("Interrupted; nothing was changed.");
    }
    if (preview.reasons.some(tolerated)) {
      begun = true;
      return { up: preview };
    }
    if (preview.reasons.length > 0) {
      throw new RefusedDeployment(preview.reasons, [logged]);
    }
    const total = countOf(preview.changes);
    if (total === 0) {
      if (await hasOutputs()) {
        begun = true;
        return { up: undefined };
      }
      output.say("An earlier run ended before it wrote the stack's outputs: they are written now.");
    } else {
      await requireYes(change, changesText(preview.changes));
    }
    begun = true;
    const up = await stacks.run("up", stack, output, {
      total,
      message: again,
      ...(change.aside === undefined ? {} : { aside: change.aside }),
    });
    up.warnings
      .filter((warning) => !preview.warnings.includes(warning))
      .forEach((warning) => output.say(`warning: ${warning}`));
    if (up.interrupted) {
      throw new Interrupted(`Interrupted; what is made stays. Go on with: ${again}`);
    }
    if (up.reasons.length > 0 && !up.reasons.some(tolerated)) {
      throw new RefusedDeployment(up.reasons, [
        `What is made stays. The same again goes on there: ${again}`,
        logged,
      ]);
    }
    return { up };
  } finally {
    if (!begun) {
      await takeBack();
    }
  }

  /**
   * What was made is made before the outputs; an engine that was killed between has nothing to change, and no outputs.
   * Whatever a room has, it says what comes next.
   */
  async function hasOutputs(): Promise<boolean> {
    const workspace = await stacks.workspace();
    return (await workspace.stackOutputs(stack))["next"] !== undefined;
  }

  /** Why nothing was deployed is told, also where this fails. */
  async function takeBack(): Promise<void> {
    try {
      await change.undo();
    } catch (error) {
      output.say(`What was written for it is still there: ${reasonOf(error)}`);
    }
  }

  async function requireYes({ yes, person, question }: RoomChange, changes: string): Promise<void> {
    output.say(question(changes));
    if (yes) {
      return;
    }
    if (person === undefined) {
      throw new Refusal(notDone, ["Nobody can be asked here: say --yes."]);
    }
    if (!isYes(await person.ask("Go on? (yes/no) "))) {
      throw new Refusal(notDone, ["You said no."]);
    }
  }
}
