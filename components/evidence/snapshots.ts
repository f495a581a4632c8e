import {
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  type Filter,
  type Snapshot,
} from "@aws-sdk/client-ec2";

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

/**
 * Snapshots by their ids, whoever owns them: each, or what AWS answered instead. One call does for all;
 * where one of them cannot be seen EC2 refuses the whole call, and each is asked for by itself.
 */
export async function namedSnapshots(
  client: EC2Client,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Snapshot | Error>> {
  const ask = async (SnapshotIds: string[]) =>
    (await client.send(new DescribeSnapshotsCommand({ SnapshotIds }))).Snapshots ?? [];
  if (ids.length > 1) {
    try {
      const found = await ask([...ids]);
      // One that is not shared may be left out without a word.
      if (ids.every((id) => found.some(({ SnapshotId }) => SnapshotId === id))) {
        return new Map(found.map((snapshot) => [snapshot.SnapshotId ?? "", snapshot]));
      }
    } catch {
      // Whose fault it is shows below.
    }
  }
  return new Map(
    await Promise.all(
      ids.map(async (id): Promise<[string, Snapshot | Error]> => {
        try {
          const [snapshot] = await ask([id]);
          return [id, snapshot ?? notFound(id)];
        } catch (error) {
          return [id, error as Error];
        }
      }),
    ),
  );
}

/** What EC2 says of a snapshot that it does not show, for one that it leaves out. */
function notFound(id: string): Error {
  const error = new Error(`The snapshot '${id}' does not exist.`);
  error.name = "InvalidSnapshot.NotFound";
  return error;
}

/**
 * Product codes of AWS Marketplace that a snapshot carries; undefined where AWS does not tell. It tells
 * the snapshot's owner: of one that is shared with us it may refuse.
 */
export async function productCodesOf(
  client: EC2Client,
  SnapshotId: string,
): Promise<readonly string[] | undefined> {
  try {
    const { ProductCodes = [] } = await client.send(
      new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: "productCodes" }),
    );
    return ProductCodes.flatMap(({ ProductCodeId }) => ProductCodeId ?? []);
  } catch {
    return undefined;
  }
}
