import { z } from "zod";

import { exactly, INSTANCE_ID } from "../../aws/ids";
import { REGION_NAME } from "../../aws/partition";
import { accountId, instanceId, ofAny, sha256, text } from "./recordForms";
import { common, deployedBy, program } from "./recordFrame";

const time = (description: string) => z.iso.datetime({ precision: 3 }).meta({ description });

/** The record of a live acquisition. */
export const acquisition = z
  .strictObject({
    ...common,
    event: z.literal("acquisition").meta({ description: "What the record is about." }),
    facts: z
      .strictObject({
        recordedBy: deployedBy.meta({
          description: "ARN of whoever had it recorded, as AWS names the caller.",
        }),
        program,
        source: z
          .strictObject({
            account: accountId("The member account."),
            region: text(exactly(REGION_NAME), "The Region that the machine is in."),
            instance: instanceId("The machine."),
          })
          .meta({ description: "What was acquired." }),
        acquired: z
          .enum(["all", "memory", "state"])
          .meta({ description: "What was asked for: the memory, the volatile state, or both." }),
        complete: z.boolean().meta({
          description:
            "Whether the machine said that all of it is in the vault. Where not, what the vault has stays.",
        }),
        document: z
          .strictObject({
            name: text(/^clean-room-acquire$/, "Its name."),
            version: text(/^\d{1,10}$/, "Its version in that account and Region."),
            sha256: sha256("SHA-256 of its text, as the program writes it."),
          })
          .meta({ description: "The document of Systems Manager that the machine ran." }),
        tools: z
          .strictObject({
            avml: sha256("AVML's SHA-256; only read from where the state alone is acquired."),
            busybox: sha256("busybox's SHA-256."),
            winpmem: sha256(
              "WinPmem's SHA-256, where the document acquires a Windows as well.",
            ).optional(),
          })
          .meta({ description: "The only programs that the document lets run there." }),
        command: text(/^[A-Za-z0-9-]{1,64}$/, "Systems Manager's id of the command."),
        status: text(/^[A-Za-z]{1,32}$/, "How the command ended, in Systems Manager's word."),
        begun: time("When the machine began, as Systems Manager says, in UTC.").optional(),
        ended: time("When it ended, likewise.").optional(),
        prefix: text(
          new RegExp(`^${ofAny.uploads("\\d{12}")}live/${INSTANCE_ID}/\\d{8}T\\d{6}Z/$`),
          "What the keys of its objects begin with.",
        ),
        memory: z
          .strictObject({
            parts: z.int().min(1).meta({ description: "In how many objects it is." }),
            bytes: z.int().min(1).meta({ description: "Bytes of all of them." }),
            sha256: sha256("SHA-256 of the whole, as the machine took it."),
          })
          .meta({
            description: "The memory; left out where the machine did not put it to its end.",
          })
          .optional(),
        state: sha256(
          "SHA-256 of `state.tar.gz`, or of a Windows `state.zip`, as the machine took it; left out where it put none.",
        ).optional(),
        manifest: sha256(
          "SHA-256 of `manifest.json`, as the machine took it. That object has the SHA-256, the MD5 and the version of each of the others: a report compares all of it with what the vault has. Left out where the machine put none.",
        ).optional(),
        commandFile: sha256(
          "SHA-256 of `command.json`, as the side that asked put it; left out where it is not there.",
        ).optional(),
      })
      .meta({ description: "The facts." }),
  })
  .meta({
    id: "acquisition",
    description:
      "A running machine was acquired into the vault. What the machine says of it is the machine's word: it may have been the attacker's.",
  });

/** The facts of a live acquisition. */
export type AcquisitionFacts = z.output<typeof acquisition>["facts"];
