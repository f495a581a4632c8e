import { DescribeKeyCommand, type KMSClient, NotFoundException } from "@aws-sdk/client-kms";

import { refuseLookUp } from "../commands/awsRefusals";
import type { CustodyRecord } from "../components/evidence/recordSchema";

/** What became of an incident's key that a closing record names. */
export interface KeyEnd {
  readonly keyArn: string;

  /** Keys of the closing records that name it, sorted. */
  readonly closingRecords: readonly string[];

  /** In KMS's words, such as `PendingDeletion`; absent where KMS knows no such key. */
  readonly state?: string;

  /** When KMS deletes it, where that is scheduled. */
  readonly deletionDate?: Date;

  /** Key of the record that tells of this end. */
  readonly record?: string;
}

/**
 * Looks up what became of every incident key that was to end.
 *
 * @param records The records of a case, by the key of their object.
 */
export async function findKeyEnds(
  client: Pick<KMSClient, "send">,
  records: ReadonlyMap<string, CustodyRecord>,
): Promise<readonly KeyEnd[]> {
  const closings = new Map<string, string[]>();
  for (const [name, record] of [...records].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (record.event === "closing") {
      const { key } = record.facts.destruction;
      closings.set(key, [...(closings.get(key) ?? []), name]);
    }
  }
  return Promise.all(
    [...closings].map(async ([keyArn, closingRecords]) => {
      const found = await describe(client, keyArn);
      const record = recordOf(keyArn, found?.deletionDate, records);
      return { keyArn, closingRecords, ...found, ...(record === undefined ? {} : { record }) };
    }),
  );
}

async function describe(
  client: Pick<KMSClient, "send">,
  KeyId: string,
): Promise<Pick<KeyEnd, "state" | "deletionDate"> | undefined> {
  try {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    return {
      state: KeyMetadata?.KeyState ?? "in no state",
      ...(KeyMetadata?.DeletionDate === undefined
        ? {}
        : { deletionDate: KeyMetadata.DeletionDate }),
    };
  } catch (error) {
    if (error instanceof NotFoundException) {
      return undefined;
    }
    return refuseLookUp(`The key ${KeyId}`)(error);
  }
}

/** The record of this key's end; of a key that is gone, whatever date it was scheduled for. */
function recordOf(
  keyArn: string,
  deletionDate: Date | undefined,
  records: ReadonlyMap<string, CustodyRecord>,
): string | undefined {
  const [found] = [...records].find(
    ([, { event, facts }]) =>
      event === "destruction" &&
      facts.key === keyArn &&
      (deletionDate === undefined || facts.deletionDate === deletionDate.toISOString()),
  ) ?? [undefined];
  return found;
}
