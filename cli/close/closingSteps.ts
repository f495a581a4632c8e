import type { Workspace } from "@pulumi/pulumi/automation";

import { findCaseRecords, type FoundRecords } from "../../components/evidence/records/caseRecords";
import { type Closing, closingsInForce } from "../../components/evidence/records/closings";
import type { KnownRoom } from "../room/knownRoom";

/** The steps of closing a room, in the only order that loses nothing. */
export const STEPS = {
  record: "check copies, locks and hashes, and write the closing record into the vault",
  lift: "find that record in the vault; lift the protection, remove the room's grants",
  revoke: "revoke what EC2 was granted on the transfer key for the members",
  destroy: "destroy the room; its key is to be deleted in 7 days, and is unusable at once",
  certify: "record for when the deletion of the key is scheduled",
} as const;

/** A step of closing. */
export type ClosingStep = keyof typeof STEPS;

/** How far a room is closed. */
export interface Closed {
  /** Whether the vault has a closing record of it that is in force. */
  readonly recorded: boolean;

  /** Whether nothing of it is protected any more, and the transfer key is granted to none of its roles. */
  readonly lifted: boolean;

  /** Whether the engine has nothing of it any more. */
  readonly destroyed: boolean;
}

/** What is left to do. Revoking and certifying do nothing a second time, so they are always left. */
export function stepsLeft({ recorded, lifted, destroyed }: Closed): readonly ClosingStep[] {
  return [
    ...(recorded || destroyed ? [] : (["record"] as const)),
    ...(lifted || destroyed ? [] : (["lift"] as const)),
    "revoke",
    ...(destroyed ? [] : (["destroy"] as const)),
    "certify",
  ];
}

/**
 * Whether there is nothing to close: the engine has nothing, and the vault does not say that this was ever closed. Its
 * `open` failed before it made anything, or its state is lost; what AWS has tells which.
 */
export function isNoRoom({ recorded, destroyed }: Closed): boolean {
  return destroyed && !recorded;
}

/** Looks how far a room is closed: in the vault, and at what the engine protects. */
export async function howFarClosed({
  ticket,
  stack,
  workspace,
  aws,
  foundation,
}: Pick<KnownRoom, "ticket" | "stack" | "workspace" | "aws" | "foundation">): Promise<Closed> {
  const engine = await engineHas(stack, workspace);
  const { resources } = engine;
  const found = await findCaseRecords(aws.s3, { bucket: foundation.vaultBucket, ticket });
  const recorded = closingsOfRoom(found, engine).length > 0;
  const destroyed = resources.length === 0;
  return {
    recorded,
    // The grants go last in the up that lifts the protection: ended before that, it is not done.
    lifted:
      recorded &&
      resources.every(
        ({ protect, type, outputs, inputs }) =>
          protect !== true &&
          !(
            type === "aws:kms/grant:Grant" &&
            [outputs?.["keyId"], inputs?.["keyId"]].includes(foundation.transferKeyArn)
          ),
      ),
    destroyed,
  };
}

/**
 * The closing records in force of the room that there is by now: a ticket may have had another room before, whose record
 * says nothing of this one. A room's key names it: the one that the engine has; else, as what goes takes the key along,
 * that of the room that was recorded last. One that was never recorded has begun after that record was written.
 */
function closingsOfRoom(
  { records, written }: FoundRecords,
  { key, begun }: EngineHas,
): readonly Closing[] {
  const at = (record: string) => written.get(record) ?? new Date(0);
  const [last] = [...records]
    .flatMap(([name, record]) =>
      record.event === "opening" || record.event === "room"
        ? [{ key: record.facts.room.incidentKey, at: at(name) }]
        : [],
    )
    .sort((a, b) => b.at.getTime() - a.at.getTime());
  return closingsInForce(records, key ?? last?.key).filter(
    (closing) => key !== undefined || begun === undefined || begun < at(closing.key),
  );
}

interface Exported {
  readonly resources?: readonly {
    readonly type: string;
    readonly custom?: boolean;
    readonly protect?: boolean;

    /** When the engine made it. */
    readonly created?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
  }[];
}

/** What the engine has of a room. */
interface EngineHas {
  readonly resources: NonNullable<Exported["resources"]>;

  /** ARN of its key; undefined where there is none yet, or none any more. */
  readonly key: string | undefined;

  /**
   * When the first of what it has was made; undefined where the engine does not say. Records do not count: that of
   * closing is written before the engine notes when.
   */
  readonly begun: Date | undefined;
}

async function engineHas(
  stack: string,
  workspace: Pick<Workspace, "exportStack">,
): Promise<EngineHas> {
  const { resources = [] } = ((await workspace.exportStack(stack)).deployment ?? {}) as Exported;
  const ofAws = resources.filter(({ custom, type }) => custom === true && type.startsWith("aws:"));
  const key = ofAws.find(({ type }) => type === "aws:kms/key:Key")?.outputs?.["arn"];
  const [begun] = ofAws
    .flatMap(({ type, created }) =>
      created === undefined || type.startsWith("aws:s3/") ? [] : [new Date(created)],
    )
    .sort((a, b) => a.getTime() - b.getTime());
  return { resources: ofAws, key: key as string | undefined, begun };
}
