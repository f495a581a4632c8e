import { isLostRace } from "../../components/room/slotClaims";
import type { Output } from "../output";
import { changeRoom } from "../room/changeRoom";
import { changesText } from "../room/deploymentOutcome";
import { requireTicket } from "../room/knownRoom";
import { duration } from "../room/progress";
import { RefusedDeployment } from "../room/refusedDeployment";
import type { Surroundings } from "../room/surroundings";
import { roomCard } from "../room/roomSummary";
import { gatheredSettings } from "./gatheredSettings";
import type { OpenOptions } from "./openOptions";
import { type RoomBefore, roomBefore } from "./roomBefore";
import type { RoomSettings } from "./roomSettings";
import { writeRoom } from "./writeRoom";

/** Another room may come first in a slot; so often another one is taken. */
const MOST_SLOTS = 10;

/** One room that is being opened. */
export class Opening {
  private readonly began = Date.now();

  public constructor(
    private readonly ticket: string,
    private readonly options: OpenOptions,
    private readonly around: Surroundings,
  ) {
    requireTicket(ticket);
  }

  public async run(): Promise<void> {
    let before = await roomBefore(this.ticket, this.options, this.around);
    let settings = await this.settings(before);
    for (let tried = 1; ; tried += 1) {
      const lost = await this.deploy(before, settings);
      if (!lost) {
        return;
      }
      if (this.options.slot !== undefined || tried === MOST_SLOTS) {
        throw new RefusedDeployment(
          [`Another room came first in slot ${String(settings.config["clean-room:slot"])}.`],
          [`Nothing of this one was made. The same command again takes another slot.`],
        );
      }
      this.around.output.say("Another room came first in that slot: taking another one.");
      // The first try has made it.
      before = { ...before, hasStack: true };
      settings = await this.settings(before, true);
    }
  }

  private settings(before: RoomBefore, lost = false): Promise<RoomSettings> {
    return gatheredSettings(this.ticket, this.options, this.around, before, lost);
  }

  private get output(): Output {
    return this.around.output;
  }

  /** @returns whether another room came first in the slot. */
  private async deploy(before: RoomBefore, { config }: RoomSettings): Promise<boolean> {
    const { stacks, stack, isDeployed } = before;
    const { output, ticket } = this;
    const undo = await writeRoom({ ...before, ticket, config, output });
    const { up } = await changeRoom(
      {
        stacks,
        stack,
        output,
        person: this.around.person(),
        yes: this.options.yes === true,
        question: (changes) =>
          `${isDeployed ? "The room is there, and not as its settings say" : "Nothing speaks against it"}; this up: ${changes}, in slot ${String(config["clean-room:slot"])} of account ${String(config["clean-room:accountId"])}.`,
        notDone: `The room of ${ticket} is not opened; nothing was changed`,
        again: `npx clean-room open ${ticket}`,
        undo,
      },
      isLostRace,
    );
    if (up?.reasons.some(isLostRace) === true) {
      return true;
    }
    output.say(
      up === undefined
        ? `The room of ${ticket} is open, as its settings say; nothing was changed.`
        : `The room of ${ticket} is open: ${changesText(up.changes)} in ${duration(up.milliseconds)}, ${duration(Date.now() - this.began)} since the command began.`,
    );
    const outputs = await before.workspace.stackOutputs(stack);
    roomCard({ ticket, config, outputs }).forEach((line) => output.say(line));
    output.tell({
      opened: ticket,
      stack,
      slot: config["clean-room:slot"],
      instance: outputs["instanceId"]?.value as unknown,
      seconds: Math.round((Date.now() - this.began) / 1000),
    });
    return false;
  }
}
