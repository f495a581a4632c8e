import { z } from "zod";

import { keyArn, recordKey } from "./recordForms";
import { common, deployedBy, program } from "./recordFrame";
import { room } from "./roomForm";

/** The record of a room's opening. */
export const opening = z
  .strictObject({
    ...common,
    event: z.literal("opening").meta({ description: "What the record is about." }),
    facts: z.strictObject({ deployedBy, program, room }).meta({ description: "The facts." }),
  })
  .meta({
    id: "opening",
    description: "A room was opened. Written once: what changes in the room later changes nothing.",
  });

/** The record of a room as it is by now. */
export const roomRecord = z
  .strictObject({
    ...common,
    event: z.literal("room").meta({ description: "What the record is about." }),
    facts: z.strictObject({ program, room }).meta({ description: "The facts." }),
  })
  .meta({
    id: "room-record",
    description:
      "A room as it was deployed from then on: another one whenever it changes, its vault's retention and the program's versions included. Written once what is new is there; what is taken away goes right after. A room that is again what it was has the same record: the object's versions tell when. Who changed it, the trail of the vault's events tells.",
  });

/** The record of a room that is opened again. */
export const reopening = z
  .strictObject({
    ...common,
    event: z.literal("reopening").meta({ description: "What the record is about." }),
    facts: z
      .strictObject({
        deployedBy,
        program,
        key: keyArn("The incident's key."),
        closingRecords: z.array(recordKey).min(1).meta({
          description: "The closing records that are in force no more.",
        }),
      })
      .meta({ description: "The facts." }),
  })
  .meta({
    id: "reopening",
    description:
      "A room was opened again that was to be destroyed. Nothing is destroyed by the closing records that it names; the next closing has a record of its own.",
  });

/** The record of a room that is destroyed. */
export const destruction = z
  .strictObject({
    ...common,
    event: z.literal("destruction").meta({ description: "What the record is about." }),
    facts: z
      .strictObject({
        program,
        key: keyArn("The incident's key. Without it every working copy is unreadable."),
        state: z.literal("scheduled").meta({
          description:
            "KMS refuses every use of the key from the request on. Until its date the deletion can be cancelled, so that it is done no record says.",
        }),
        deletionDate: z.iso
          .datetime({ precision: 3 })
          .meta({ description: "When KMS deletes the key, as KMS says, in UTC." }),
        closingRecords: z.array(recordKey).min(1).meta({
          description: "The closing records that named the key, with its working volumes.",
        }),
      })
      .meta({ description: "The facts." }),
  })
  .meta({
    id: "destruction",
    description: "A room is destroyed: KMS has its key's deletion scheduled.",
  });
