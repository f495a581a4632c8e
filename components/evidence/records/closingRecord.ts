import { z } from "zod";

import { ACCOUNT_ID } from "../../aws/ids";
import { TICKET, VAULT_FOLDERS } from "../../case";
import { evidence } from "./evidenceForm";
import { accountId, keyArn, recordKey, roleArn, snapshotId, text, volumeId } from "./recordForms";
import { common, deployedBy, program } from "./recordFrame";
import { room } from "./roomForm";

/** The record of a room's closing. */
export const closing = z
  .strictObject({
    ...common,
    event: z.literal("closing").meta({ description: "What the record is about." }),
    facts: z
      .strictObject({
        deployedBy,
        program,
        existed: z
          .strictObject({
            room,
            evidence: z.array(evidence).meta({ description: "Its evidence, by snapshot." }),
          })
          .meta({ description: "What there was." }),
        remains: z
          .strictObject({
            preservedSnapshots: z.array(snapshotId("A preserved copy.")).meta({
              description:
                "Every preserved copy that carries the ticket, under the evidence key: those of earlier rooms too.",
            }),
            records: z.array(recordKey).meta({
              description:
                "The records of opening, room, evidence and attachments, as they are by now. Earlier ones are below the same prefix.",
            }),
            vaultPrefixes: z
              .array(
                text(
                  new RegExp(
                    `^(${VAULT_FOLDERS.results}|${VAULT_FOLDERS.uploads}/${ACCOUNT_ID}|${VAULT_FOLDERS.records})/${TICKET}/$`,
                  ),
                  "A prefix.",
                ),
              )
              .meta({
                description:
                  "Where results, what member accounts handed over, and records are in the vault.",
              }),
          })
          .meta({ description: "What stays." }),
        destruction: z
          .strictObject({
            state: z.literal("to be scheduled by pulumi destroy").meta({
              description:
                "Nothing is destroyed when the record is written. The destroy that follows asks AWS to delete the key; the record of destruction says for when.",
            }),
            key: keyArn("The incident's key. Without it every working copy is unreadable."),
            windowDays: z.int().min(7).max(30).meta({
              description:
                "Days between that request and the key's end. Until then it can be cancelled.",
            }),
            workingVolumes: z
              .array(volumeId("A working volume."))
              .meta({ description: "Working volumes under that key." }),
          })
          .meta({ description: "What ends, and how." }),
        goneBeforeClosing: z
          .array(text(/^(i|snap|vol)-[0-9a-f]{8,17}$/, "A machine, a preserved copy or a volume."))
          .min(1)
          .meta({
            description:
              "What this room had, by its records or Pulumi's state, and AWS had no more when this was written: somebody else ended it, and CloudTrail says who. None of it stays or ends by this closing. Left out where nothing is missing.",
          })
          .optional(),
        grantsToBeRemoved: z
          .array(
            z.strictObject({
              key: keyArn("The transfer key, or a suspect's own."),
              grantee: roleArn("The role that the grant is for."),
            }),
          )
          .meta({
            description:
              "Grants of this room on the transfer key and on suspects' own keys. The `up` after this record removes them, with the room's protection; up to form 3 the `up` that wrote it.",
          }),
        grantsToBeRevoked: z.array(accountId("A member account.")).meta({
          description:
            "Member accounts of this room: what EC2 was granted on the transfer key in their name is revoked by `npx clean-room grants revoke`, unless another open room needs it.",
        }),
        reopenings: z
          .array(recordKey)
          .min(1)
          .meta({
            description:
              "Where the room was closed before and opened again: the records of that. Left out where it was not.",
          })
          .optional(),
      })
      .meta({ description: "The facts." }),
  })
  .meta({
    id: "closing",
    description:
      "A room is about to be destroyed: what existed, what stays, what is to end. Nothing of the room loses its protection before this is in the vault. In force until a record of reopening names it.",
  });

/** The facts of a closing. */
export type ClosingFacts = z.output<typeof closing>["facts"];
