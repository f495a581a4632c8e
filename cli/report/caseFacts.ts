import type { RecordedStream } from "../logs/recordedStreams";
import type { Check } from "./caseReport";

/** A version of an object of the vault, as S3 tells of it. */
export interface ObjectVersion {
  readonly key: string;

  /** S3's id of the version. */
  readonly version: string;

  /** When it was written, as S3 says. */
  readonly written: Date;

  /** Its size, in bytes. */
  readonly size: number;

  /** Whether it is no object, but what hides the versions before it. */
  readonly hides: boolean;

  /** Until when it is retained; undefined where it is not, or S3 does not tell. */
  readonly retainedUntil?: Date | undefined;

  /** Whether it is under a legal hold. */
  readonly held?: boolean | undefined;

  /** SHA-256 in hexadecimal digits, as who wrote it says in its metadata. */
  readonly claimedSha256?: string | undefined;

  /** ARN of the key that a signature is by, as the runbook that put it says in its metadata. */
  readonly signedBy?: string | undefined;

  /** SHA-256 as S3 took it: in base64, of an object in parts that of its parts' with their number. */
  readonly s3Sha256?: string | undefined;

  /** Its bytes; of records, signatures, hashes of disks, manifests, and what was acquired live but the memory. */
  readonly bytes?: Buffer | undefined;
}

/** A snapshot of the Audit account. */
export interface SnapshotFact {
  readonly id: string;

  /** EC2's word, such as `completed`. */
  readonly state: string;
  readonly begun?: Date | undefined;

  /** ARN of the key it is under. */
  readonly keyArn?: string | undefined;
  readonly sizeGiB: number;

  /** The member account's snapshot that it says it was made from, by its tag. */
  readonly source?: string | undefined;
}

/** A lock of a snapshot, as EC2 tells of it. */
export interface LockFact {
  readonly snapshot: string;

  /** EC2's word, such as `compliance`. */
  readonly state: string;
  readonly until?: Date | undefined;
}

/** A volume that carries the ticket. */
export interface VolumeFact {
  readonly id: string;
  readonly state: string;
  readonly created?: Date | undefined;

  /** The member account's snapshot that it goes back to, by its tag. */
  readonly source?: string | undefined;
}

/** A machine that carries the ticket. */
export interface MachineFact {
  readonly id: string;
  readonly state: string;
  readonly started?: Date | undefined;
}

/** A key that a record names. */
export interface KeyFact {
  readonly arn: string;

  /** KMS's word, such as `Enabled`; `gone` where KMS knows no such key. */
  readonly state: string;
  readonly created?: Date | undefined;
  readonly deletion?: Date | undefined;
}

/** Something that somebody asked AWS for. */
export interface EventFact {
  /** CloudTrail's id. */
  readonly id: string;
  readonly at: Date;

  /** The call, such as `PutObject`. */
  readonly name: string;

  /** ARN of who asked; of AWS's own service, its name. */
  readonly who: string;

  /** What it is about: key of an object, or id of a thing; the vault's name where the trail names no object. */
  readonly about: string;

  /** The version that it made, as S3 answered; undefined where it made none. */
  readonly version?: string | undefined;

  /** Why AWS refused it; undefined where it did not. */
  readonly refused?: string | undefined;

  /** Where it was found: the trail of the vault's events, or the account's event history of 90 days. */
  readonly from: "trail" | "history";
}

/** A session on a workstation, as Session Manager tells of it. */
export interface SessionFact {
  readonly id: string;
  readonly who: string;
  readonly machine: string;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** What is not known, and what it would take to be sure of. */
export interface Unknown {
  /** What it is, as a sentence's subject. */
  readonly what: string;

  /** Checks that are not sound without it. */
  readonly opens: readonly Check["id"][];

  /** Where it is a list of objects: the prefix of their keys. What is not known to be there is not missing. */
  readonly below?: string | undefined;
}

/** What was not read, and why. */
export interface Unread extends Unknown {
  readonly why: string;
}

/** A key by which records are signed, or were. */
export interface SigningKey {
  readonly arn: string;

  /** Since when: that of today since it has its alias, one of before since it was made; undefined where KMS does not say. */
  readonly since?: Date | undefined;

  /** Its public half, in PEM. */
  readonly publicKey: string;
}

/** All that a report is made of: what AWS said when it was asked, and nothing of Pulumi's state. */
export interface CaseFacts {
  readonly ticket: string;

  /** ARN of who asked. */
  readonly askedBy: string;

  /** When, by the clock of the machine that asked. */
  readonly askedAt: Date;

  /** Version of the program that asked. */
  readonly program: string;
  readonly accountId: string;
  readonly region: string;

  /** The vault's name. */
  readonly vaultBucket: string;

  /** Every version of every object of the case, markers of deletion among them. */
  readonly versions: readonly ObjectVersion[];
  readonly snapshots: readonly SnapshotFact[];
  readonly locks: readonly LockFact[];
  readonly volumes: readonly VolumeFact[];
  readonly machines: readonly MachineFact[];
  readonly keys: readonly KeyFact[];
  readonly events: readonly EventFact[];

  /** From the day of this time on the trail's log files were read; undefined where none were. */
  readonly trailFrom?: Date | undefined;
  readonly sessions: readonly SessionFact[];

  /** What sessions were recorded as that Session Manager tells of no more. */
  readonly recordings?: readonly RecordedStream[];
  readonly signingKey?: SigningKey | undefined;

  /** Keys of the foundation that another has taken the place of. */
  readonly earlierSigningKeys?: readonly SigningKey[];
  readonly unread: readonly Unread[];
}
