import { z } from "zod";

import { attached, evidence, preserved, source, volume } from "./evidenceForm";
import { snapshotId } from "./recordForms";
import { common } from "./recordFrame";

/** The record of a preserved snapshot. */
export const evidenceRecord = z
  .strictObject({
    ...common,
    event: z.literal("evidence").meta({ description: "What the record is about." }),
    facts: evidence,
  })
  .meta({
    id: "evidenceRecord",
    description:
      "A snapshot was preserved. Written when the preserved copy is there, whatever becomes of its working volume; a claim that is added later makes another record, and the earlier one stays.",
  });

/** The record of an attached working volume. */
export const attachment = z
  .strictObject({
    ...common,
    event: z.literal("attachment").meta({ description: "What the record is about." }),
    facts: z
      .strictObject({
        source: snapshotId("The snapshot that was handed over."),
        preserved: snapshotId("Its preserved copy."),
        working: z
          .strictObject({ ...volume, ...attached })
          .meta({ description: "The copy that is worked on." }),
      })
      .meta({ description: "The facts." }),
  })
  .meta({
    id: "attachment",
    description:
      "A working volume was made of a preserved copy, and attached to the workstation. Written once it is; of evidence that is preserved without being attached there is none.",
  });

/** The record of withdrawn evidence. */
export const withdrawal = z
  .strictObject({
    ...common,
    event: z.literal("withdrawal").meta({ description: "What the record is about." }),
    facts: z
      .strictObject({
        source,
        preserved,
        working: z
          .strictObject(volume)
          .meta({
            description:
              "The working volume that is to be detached and deleted; left out where there is none any more.",
          })
          .optional(),
      })
      .meta({ description: "The facts." }),
  })
  .meta({
    id: "withdrawal",
    description:
      "A snapshot was withdrawn from the evidence of an open room: its preserved copy stays. Written once nothing protects its working volume any more, and another time without it when the volume is taken away, or where there was none.",
  });

/** The facts of a withdrawal. */
export type WithdrawalFacts = z.output<typeof withdrawal>["facts"];
