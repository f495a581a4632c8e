import {
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  type Filter,
  type Snapshot,
} from "@aws-sdk/client-ec2";

import { failureOf } from "../../aws/failure";
import { fewAtATime } from "../../aws/fewAtATime";

/**
 * The snapshots of the client's account and Region that pass the filters, in one call a page. Pulumi's AWS
 * provider asks for one after the other, and does not show why a copy failed.
 */
export async function ownSnapshots(client: EC2Client, filters: Filter[]): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new DescribeSnapshotsCommand({ OwnerIds: ["self"], Filters: filters, NextToken }),
    );
    found.push(...(page.Snapshots ?? []));
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  return found;
}

/** Snapshots that one call asks for: EC2 takes a thousand ids, and a list that is refused is asked for in halves. */
const AT_ONCE = 200;

/** Calls about snapshots that are under way at the same time. */
const FEW = 5;

/**
 * Snapshots by their ids, whoever owns them: each, or what AWS answered instead. One call does for many; where
 * one of them cannot be seen EC2 refuses the whole call, and its halves are asked for.
 */
export async function namedSnapshots(
  client: EC2Client,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Snapshot | Error>> {
  const lists = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, index) =>
    ids.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  );
  const answers = await fewAtATime(lists, FEW, (list) => ask(client, list));
  return new Map(answers.flat());
}

async function ask(
  client: EC2Client,
  ids: readonly string[],
): Promise<(readonly [string, Snapshot | Error])[]> {
  try {
    const { Snapshots = [] } = await client.send(
      new DescribeSnapshotsCommand({ SnapshotIds: [...ids] }),
    );
    const byId = new Map(Snapshots.map((snapshot) => [snapshot.SnapshotId ?? "", snapshot]));
    // One that is not shared may be left out without a word.
    return ids.map((id) => [id, byId.get(id) ?? notFound(id)]);
  } catch (error) {
    // What is said of one is not said of the others; who may ask nothing, or too much, is told so once.
    if (ids.length === 1 || failureOf(error) !== "absent") {
      return ids.map((id) => [id, error as Error]);
    }
    const half = Math.ceil(ids.length / 2);
    return [...(await ask(client, ids.slice(0, half))), ...(await ask(client, ids.slice(half)))];
  }
}

/** What EC2 says of a snapshot that it does not show, for one that it leaves out. */
function notFound(id: string): Error {
  const error = new Error(`The snapshot '${id}' does not exist.`);
  error.name = "InvalidSnapshot.NotFound";
  return error;
}

/**
 * Product codes of AWS Marketplace by snapshot; of one that AWS does not tell about there is no entry. It tells
 * the snapshot's owner: of one that is shared with us it may refuse. Each is a call of its own.
 */
export async function productCodesOf(
  client: EC2Client,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  await fewAtATime(ids, FEW, async (SnapshotId) => {
    try {
      const { ProductCodes = [] } = await client.send(
        new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: "productCodes" }),
      );
      found.set(
        SnapshotId,
        ProductCodes.flatMap(({ ProductCodeId }) => ProductCodeId ?? []),
      );
    } catch {
      // Not told.
    }
  });
  return found;
}
