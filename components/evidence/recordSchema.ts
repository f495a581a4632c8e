import { z } from "zod";

import {
  ACCOUNT_ID,
  exactly,
  IMAGE_ID,
  INSTANCE_ID,
  SECURITY_GROUP_ID,
  SNAPSHOT_ID,
  VOLUME_ID,
} from "../awsIds";
import { Case, TICKET, VAULT_FOLDERS } from "../case";
import { PORT_NAME } from "../toolPorts";
import { DEVICE_NAME } from "./deviceNames";
import { UNHASHED_REASON } from "./unhashed";

// What custody records say. Records outlive this program: a field that changes its meaning needs a
// new form, and what was written stays as it is. `npm run docs` writes the JSON schema and the page
// that describes every field.

/** Version of the form of the records that are written now. */
export const RECORD_FORM = "clean-room/record/4";

/** Forms whose records fit the schema as well: what is new since is optional, or of an event of its own. */
const READ_FORMS = ["clean-room/record/2", "clean-room/record/3", RECORD_FORM] as const;

function text(form: RegExp, description: string) {
  return z.string().regex(form).meta({ description });
}

const ofAny = new Case(TICKET);
const accountId = (description: string) => text(exactly(ACCOUNT_ID), description);
const sha256 = (description: string) => text(/^[0-9a-f]{64}$/, description);
const snapshotId = (description: string) => text(exactly(SNAPSHOT_ID), description);
const volumeId = (description: string) => text(exactly(VOLUME_ID), description);
const instanceId = (description: string) => text(exactly(INSTANCE_ID), description);
const keyArn = (description: string) =>
  text(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, description);
const roleArn = (description: string) =>
  text(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, description);
const recordKey = text(
  new RegExp(`^${ofAny.records}[0-9a-f]{64}\\.json$`),
  "Key of an object of the vault.",
);

const device = (description: string) => text(DEVICE_NAME, description);
const port = (description: string) => z.int().min(1).max(65535).meta({ description });

const openedPort = z
  .strictObject({
    tool: text(PORT_NAME, "The tool of the catalogue, or the name of the custom port."),
    direction: z.enum(["ingress", "egress"]).meta({
      description: "`ingress`: the suspect connects to the workstation; `egress`: the other way.",
    }),
    protocol: z.enum(["tcp", "udp"]).meta({ description: "Protocol." }),
    fromPort: port("First port."),
    toPort: port("Last port."),
    suspect: text(
      new RegExp(`^([0-9.]+/\\d+|${SECURITY_GROUP_ID})$`),
      "The suspect's range, or its isolation security group.",
    ),
  })
  .meta({ id: "port", description: "A port that is open between workstation and suspect." });

const room = z
  .strictObject({
    account: accountId("The Audit account the room is in."),
    region: text(/^[a-z]+(-[a-z]+)+-\d+$/, "The Region the room is in."),
    slot: text(/^[a-z]+(-[a-z]+)+-\d+[a-z]-\d+$/, "The workstation slot the room takes."),
    subnet: text(/^subnet-[0-9a-f]+$/, "Its subnet."),
    workstation: instanceId(
      "The workstation; left out where a room is closed that never got one. Always there up to form 3.",
    ).optional(),
    image: text(
      exactly(IMAGE_ID),
      "The image the workstation was started from; left out as that is.",
    ).optional(),
    toolboxDigest: text(
      /^([0-9a-f]{64}|unknown)$/,
      "SHA-256 of the list of all that the image carries; `unknown` where somebody removed the tag that says it.",
    ),
    incidentKey: keyArn("Key of the working volumes and of the workstation's own disk."),
    evidenceKey: keyArn("Key of the preserved copies and of the vault."),
    transferKey: keyArn("Key under which member accounts hand snapshots over."),
    isolationSecurityGroup: text(
      exactly(SECURITY_GROUP_ID),
      "The isolation security group of the suspect, with its account where it is another one.",
    ),
    reach: z
      .enum(["cidr", "peering", "same-vpc"])
      .meta({ description: "How the rules name the suspect." }),
    suspectCidrs: z
      .array(text(/^[0-9.]+\/\d+$/, "An IPv4 range."))
      .meta({ description: "The suspect's addresses, for `reach: cidr`." }),
    tools: z
      .array(z.string())
      .meta({ description: "Tools of the catalogue whose ports are open towards the suspect." }),
    ports: z
      .array(openedPort)
      .meta({ description: "All ports that are open: the tools', and those named one by one." }),
    responderRoles: z.array(roleArn("A role.")).meta({
      description: "Roles of member accounts that may use the transfer key while the room is open.",
    }),
    suspectKeys: z
      .array(keyArn("A key of a member account."))
      .min(1)
      .meta({
        description:
          "Suspects' own keys that the incident deployers are granted while the room is open, for what is handed over under them; left out where there is none.",
      })
      .optional(),
    investigators: z
      .array(
        text(
          /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+\*?$/,
          "A role; a last * stands for any end.",
        ),
      )
      .meta({ description: "Roles that may work as investigators of the case." }),
    vaultBucket: text(/^[a-z0-9][a-z0-9.-]+[a-z0-9]$/, "The evidence vault."),
    vaultMode: z
      .enum(["GOVERNANCE", "COMPLIANCE"])
      .meta({ description: "How the vault locks its objects." }),
    vaultDays: z.int().min(1).meta({ description: "Days an object is locked, at least." }),
    vaultTrial: z.boolean().meta({ description: "Whether the vault is a rehearsal's." }),
  })
  .meta({ id: "room", description: "A room, as it is when the record is written." });

const claims = z
  .strictObject({
    sourceVolume: volumeId("The volume the snapshot was made of.").optional(),
    sourceInstance: instanceId("The instance that volume was attached to.").optional(),
    sourceDevice: text(
      /^[A-Za-z0-9/._-]{1,32}$/,
      "The device it was attached as, on that instance.",
    ).optional(),
    sourceTaken: text(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/,
      "When the member account's first snapshot of it was begun, as EC2 told the handover: the moment the disk shows.",
    ).optional(),
    sha256: sha256("SHA-256 of the whole volume, as the member account took it.").optional(),
  })
  .meta({
    id: "claims",
    description:
      "What the handover claims of the source. AWS shows none of it of a copy, so nothing of it was checked; what is not claimed is left out.",
  });

const source = z
  .strictObject({
    snapshot: snapshotId("The snapshot that was handed over."),
    account: accountId("The account that owns it."),
    ownerCompared: z.literal(true).meta({
      description:
        "Always true: AWS named this account as the owner before it was copied for the first time. With any other answer nothing is copied and no record is written.",
    }),
  })
  .meta({ description: "What was handed over." });

const preserved = z
  .strictObject({
    snapshot: snapshotId("The preserved copy. It stays when the room is destroyed."),
    key: keyArn("The key it is really encrypted under, as AWS says."),
    sizeGiB: z.int().min(1).meta({ description: "Its size, in GiB." }),
  })
  .meta({ description: "The copy that is kept." });

const volume = {
  volume: volumeId("The volume made from the preserved copy. It ends with the room."),
  key: keyArn("The key it is encrypted under."),
};

const attached = {
  instance: instanceId("The workstation it is attached to."),
  device: device("The device it is attached as."),
  hashRecord: text(
    new RegExp(`^${ofAny.diskHashes}${INSTANCE_ID}/${VOLUME_ID}\\.json$`),
    "Key of the vault's object in which the workstation writes the SHA-256 it took of the whole disk before anybody could mount it. That takes hours: the object is younger than a record of attachment. A closing record of form 4 names it only where it is there; up to form 3 it named it in any case.",
  ),
};

const evidence = z
  .strictObject({
    source,
    claimed: claims,
    preserved,
    working: z
      .strictObject({
        ...volume,
        instance: attached.instance.optional(),
        device: attached.device.optional(),
        hashRecord: attached.hashRecord.optional(),
      })
      .meta({
        description:
          "The copy that is worked on, in a closing record: left out where there is none, its attachment where it is not attached. In a record of evidence up to form 2 only.",
      })
      .optional(),
    withdrawn: z
      .literal(true)
      .meta({ description: "That it was withdrawn while the room was open." })
      .optional(),
    unhashed: text(
      UNHASHED_REASON,
      "In a closing record, why no hash of the disk is in the vault, in the responder's words; left out where one is, and of evidence that was not to be attached or was withdrawn.",
    ).optional(),
  })
  .meta({ id: "evidence", description: "A snapshot as evidence." });

const program = z
  .strictObject({
    version: text(/^\d+\.\d+\.\d+\S*$/, "Version of the clean room's program."),
    policyPackVersion: text(
      /^\d+\.\d+\.\d+\S*$/,
      "Version of the policy pack beside it. Whether the pack was run, a program cannot know.",
    ),
  })
  .meta({ id: "program", description: "What wrote the record." });

const deployedBy = text(
  /^arn:aws[a-z-]*:(iam|sts)::\d{12}:.+$/,
  "ARN of whoever deployed, as AWS names the caller.",
);

/** What every record has beside its event and the facts of it. */
const common = {
  form: z.enum(READ_FORMS).meta({
    description: `Version of the record's form; ${RECORD_FORM} is what is written now.`,
  }),
  ticket: text(exactly(TICKET), "The incident's ticket."),
};

const opening = z
  .strictObject({
    ...common,
    event: z.literal("opening").meta({ description: "What the record is about." }),
    facts: z.strictObject({ deployedBy, program, room }).meta({ description: "The facts." }),
  })
  .meta({
    id: "opening",
    description: "A room was opened. Written once: what changes in the room later changes nothing.",
  });

const roomRecord = z
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

const evidenceRecord = z
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

const attachment = z
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

const withdrawal = z
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

const closing = z
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

const reopening = z
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

const destruction = z
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

/** A custody record: facts as plain data, written once and never changed. */
export const CUSTODY_RECORD = z
  .discriminatedUnion("event", [
    opening,
    roomRecord,
    evidenceRecord,
    attachment,
    withdrawal,
    closing,
    reopening,
    destruction,
  ])
  .meta({
    title: "Custody record of a clean room",
    description: "Facts of an incident's room, in the vault below records/<ticket>/.",
  });

/** A custody record, checked. */
export type CustodyRecord = z.output<typeof CUSTODY_RECORD>;

/** A room, as records tell of it. */
export type RoomFacts = z.output<typeof room>;

/** A snapshot as evidence, as records tell of it. */
export type EvidenceFacts = z.output<typeof evidence>;

/** The facts of a closing. */
export type ClosingFacts = z.output<typeof closing>["facts"];

/** The facts of a withdrawal. */
export type WithdrawalFacts = z.output<typeof withdrawal>["facts"];

/** What a handover claims of a snapshot's source. */
export type Claims = z.output<typeof claims>;

/** What wrote a record. */
export type ProgramFacts = z.output<typeof program>;
