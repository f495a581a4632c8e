import { partitionOf } from "./partition";

/** Name of the trail of the vault's events; an account has one of it in a Region. */
export const EVIDENCE_TRAIL_NAME = "clean-room-evidence";

/** ARN of that trail. The policies of its key and of its bucket name it before it is there. */
export function evidenceTrailArn(region: string, accountId: string): string {
  return `arn:${partitionOf(region).name}:cloudtrail:${region}:${accountId}:trail/${EVIDENCE_TRAIL_NAME}`;
}
