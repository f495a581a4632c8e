import type { Workspace } from "@pulumi/pulumi/automation";

import { findCaseRecords } from "../../components/evidence/records/caseRecords";
import { closingsInForce } from "../../components/evidence/records/closings";
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
  const { resources, key } = await engineHas(stack, workspace);
  const { records } = await findCaseRecords(aws.s3, { bucket: foundation.vaultBucket, ticket });
  const recorded = closingsInForce(records, key).length > 0;
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

interface Exported {
  readonly resources?: readonly {
    readonly type: string;
    readonly custom?: boolean;
    readonly protect?: boolean;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
  }[];
}

async function engineHas(stack: string, workspace: Pick<Workspace, "exportStack">) {
  const { resources = [] } = ((await workspace.exportStack(stack)).deployment ?? {}) as Exported;
  const ofAws = resources.filter(({ custom, type }) => custom === true && type.startsWith("aws:"));
  const key = ofAws.find(({ type }) => type === "aws:kms/key:Key")?.outputs?.["arn"];
  return { resources: ofAws, key: key as string | undefined };
}
