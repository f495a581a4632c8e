import { Case } from "./case";

/**
 * The tags every resource carries explicitly: the provider's default tags do not reach nested tag
 * fields, nor resources of the provider's plugin framework.
 */
export type Tags = Readonly<Record<string, string>>;

/** What a stack's settings say of its tags. */
export interface TagSettings {
  /** Whom to tell. */
  readonly notification: string;

  /** What the organisation demands of every resource; no key of {@link OWN_TAGS} among them. */
  readonly tags: Tags;
}

/** Tags of what outlives an incident: whom to tell, and no ticket. */
export function foundationTags({ notification, tags }: TagSettings): Tags {
  return { ...tags, notification };
}

/** Tags of what belongs to an incident: whom to tell, and the ticket it is held for. */
export function incidentTags(settings: TagSettings & { readonly ticket: string }): Tags {
  return { ...foundationTags(settings), [TICKET_TAG]: new Case(settings.ticket).tag };
}

/** The tag that marks whatever belongs to an incident. */
export const TICKET_TAG = "incident-response";

/** The tag by which a preserved copy names the member account's snapshot it was made from. */
export const SOURCE_SNAPSHOT_TAG = "source-snapshot";

/** The tag by which a preserved copy names the account that owned its source snapshot. */
export const SOURCE_ACCOUNT_TAG = "source-account";

/** The tag by which a copy names the volume its source is said to be a snapshot of. */
export const SOURCE_VOLUME_TAG = "source-volume";

/** The tag by which a copy names the instance that volume is said to have been attached to. */
export const SOURCE_INSTANCE_TAG = "source-instance";

/** The tag by which a copy names the device that volume is said to have been attached as. */
export const SOURCE_DEVICE_TAG = "source-device";

/** The tag by which a copy says when the first snapshot of its source was taken. */
export const SOURCE_TAKEN_TAG = "source-taken";

/** The tags of what a handover claims. */
const CLAIM_TAGS = [
  SOURCE_VOLUME_TAG,
  SOURCE_INSTANCE_TAG,
  SOURCE_DEVICE_TAG,
  SOURCE_TAKEN_TAG,
] as const;

/** The tags of a preserved copy that say what it is evidence of: given once, when the copy is made. */
export const EVIDENCE_TAGS = [TICKET_TAG, SOURCE_SNAPSHOT_TAG, SOURCE_ACCOUNT_TAG] as const;

/** The tag by which a forensics image names the SHA-256 of the list of what it carries. */
export const TOOLBOX_DIGEST_TAG = "toolbox-digest";

/** The tag by which a copy that is handed over names the snapshot it was made from. */
export const HANDOVER_TAG = "handover-of";

/** The tag of an isolation group that its stack lets go. */
export const RELEASED_TAG = "released";

/**
 * The tag by which whatever an audit or a member stack made is found again, also where the engine was killed before it
 * wrote that down: its value is what the engine calls the resource.
 */
export const OWNER_TAG = "clean-room";

/** The tag by which somebody says that an instance and its volumes are there to be drilled on. */
export const DRILL_TAG = "clean-room-drill";

/** Every key that the program gives a meaning to, or that Image Builder sets on what it makes. */
export const OWN_TAGS = [
  "notification",
  "Name",
  ...EVIDENCE_TAGS,
  ...CLAIM_TAGS,
  TOOLBOX_DIGEST_TAG,
  HANDOVER_TAG,
  RELEASED_TAG,
  OWNER_TAG,
  DRILL_TAG,
  "CreatedBy",
  "Ec2ImageBuilderArn",
];

/**
 * The most tags of an organisation that a stack of a kind can take: a resource has at most 50 and an
 * object of a bucket 10 (AWS General Reference, S3 User Guide). Of an incident's records two are the
 * program's; of any other resource at most ten are.
 */
export const MOST_TAGS = { audit: 40, incident: 8, member: 40 } as const;
