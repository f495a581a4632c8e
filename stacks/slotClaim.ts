import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { claimName, lostRace } from "../components/room/slotClaims";
import type { Tags } from "../components/tags";
import type { IncidentSettings } from "../settings/parseSettings";

/**
 * Claims the room's slot, and has everything that is declared afterwards wait for the claim: of two rooms
 * that are opened at the same moment in one slot, one is opened and the other one leaves nothing behind.
 *
 * Declare it before everything else of the room.
 *
 * @param slot Name of the slot.
 * @param moves Whether the room leaves another slot for it.
 * @param kept Whether the claim is protected.
 */
export function claimSlot(
  { ticket }: IncidentSettings,
  slot: string,
  { moves, kept, tags }: { moves: boolean; kept: boolean; tags: Tags },
): void {
  const claim = new aws.ssm.Parameter(
    "slot-claim",
    {
      name: claimName(slot),
      type: "String",
      value: ticket,
      description: `Workstation slot ${slot} is taken by the room of ${ticket}`,
      tags,
    },
    {
      // Where AWS had no workstation to give, the room leaves its slot for another one in this run; what is
      // protected the engine does not replace. The old claim goes first: left for the end of a run that
      // fails again, it would stand in the way of coming back.
      protect: kept && !moves,
      deleteBeforeReplace: moves,
      hooks: { onError: [sayThatItIsTaken(slot)] },
    },
  );
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type.startsWith("aws:")
      ? { props, opts: pulumi.mergeOptions(opts, { dependsOn: [claim] }) }
      : undefined,
  );
}

/** Tells the loser of a race what AWS calls ParameterAlreadyExists. */
function sayThatItIsTaken(slot: string): pulumi.ErrorHook {
  return new pulumi.ErrorHook("slot-claim-is-taken", async ({ errors }) => {
    if (errors.some((error) => error.includes("ParameterAlreadyExists"))) {
      // Who has it cannot be asked here: a program that has declared everything is not answered any more.
      await pulumi.log.error(lostRace(slot));
    }
    return false;
  });
}
