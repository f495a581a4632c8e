import { z } from "zod";

import { INSTANCE_ID, VOLUME_ID } from "../../aws/ids";
import {
  accountId,
  device,
  instanceId,
  keyArn,
  ofAny,
  sha256,
  snapshotId,
  text,
  volumeId,
} from "./recordForms";
import { UNHASHED_REASON } from "./unhashed";

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

/** What was handed over. */
export const source = z
  .strictObject({
    snapshot: snapshotId("The snapshot that was handed over."),
    account: accountId("The account that owns it."),
    ownerCompared: z.literal(true).meta({
      description:
        "Always true: AWS named this account as the owner before it was copied for the first time. With any other answer nothing is copied and no record is written.",
    }),
  })
  .meta({ description: "What was handed over." });

/** The copy that is kept. */
export const preserved = z
  .strictObject({
    snapshot: snapshotId("The preserved copy. It stays when the room is destroyed."),
    key: keyArn("The key it is really encrypted under, as AWS says."),
    sizeGiB: z.int().min(1).meta({ description: "Its size, in GiB." }),
  })
  .meta({ description: "The copy that is kept." });

/** The working volume. */
export const volume = {
  volume: volumeId("The volume made from the preserved copy. It ends with the room."),
  key: keyArn("The key it is encrypted under."),
};

/** Its attachment, and the hash that is taken of it. */
export const attached = {
  instance: instanceId("The workstation it is attached to."),
  device: device("The device it is attached as."),
  hashRecord: text(
    new RegExp(`^${ofAny.diskHashes}${INSTANCE_ID}/${VOLUME_ID}\\.json$`),
    "Key of the vault's object in which the workstation writes the SHA-256 it took of the whole disk before anybody could mount it. That takes hours: the object is younger than a record of attachment. A closing record of form 4 names it only where it is there; up to form 3 it named it in any case.",
  ),
};

/** What records say of a snapshot as evidence. */
export const evidence = z
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

/** A snapshot as evidence, as records tell of it. */
export type EvidenceFacts = z.output<typeof evidence>;

/** What a handover claims of a snapshot's source. */
export type Claims = z.output<typeof claims>;
