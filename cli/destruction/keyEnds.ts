import { DescribeKeyCommand, type KMSClient, NotFoundException } from "@aws-sdk/client-kms";

import { refuseLookUp } from "../awsRefusals";
import { closingsInForce } from "../../components/evidence/records/closings";
import type { CustodyRecord } from "../../components/evidence/records/recordSchema";
import { fewAtATime } from "../../components/aws/fewAtATime";

/** What became of an incident's key. */
export interface KeyEnd {
  readonly keyArn: string;

  /** Keys of the closing records in force that name it, sorted; none where it was never closed, or is open again. */
  readonly closingRecords: readonly string[];

  /** In KMS's words, such as `PendingDeletion`; absent where KMS knows no such key. */
  readonly state?: string;

  /** When KMS deletes it, where that is scheduled. */
  readonly deletionDate?: Date;

  /** Key of the record that tells of this end. */
  readonly record?: string;
}

/**
 * Looks up what became of every incident key of a case: those that records name, and those that carry the
 * ticket and are in no record.
 *
 * @param records The records of a case, by the key of their object.
 * @param tagged ARNs of the keys that carry the ticket.
 */
export async function findKeyEnds(
  client: Pick<KMSClient, "send">,
  records: ReadonlyMap<string, CustodyRecord>,
  tagged: readonly string[],
): Promise<readonly KeyEnd[]> {
  const keys = [...new Set([...[...records.values()].flatMap(keyNamedIn), ...tagged])].sort();
  return fewAtATime(keys, AT_A_TIME, async (keyArn) => {
    const found = await describe(client, keyArn);
    const record = recordOf(keyArn, found?.deletionDate, records);
    const closingRecords = closingsInForce(records, keyArn).map(({ key }) => key);
    return { keyArn, closingRecords, ...found, ...(record === undefined ? {} : { record }) };
  });
}

/** KMS answers some requests at a time. */
const AT_A_TIME = 8;

/** The incident's key, as a record names it. */
function keyNamedIn(record: CustodyRecord): string[] {
  switch (record.event) {
    case "opening":
    case "room":
      return [record.facts.room.incidentKey];
    case "closing":
      return [record.facts.destruction.key];
    case "reopening":
    case "destruction":
      return [record.facts.key];
    default:
      return [];
  }
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
