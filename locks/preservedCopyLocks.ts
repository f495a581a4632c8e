import {
  DescribeLockedSnapshotsCommand,
  type EC2Client,
  type LockedSnapshotsInfo,
} from "@aws-sdk/client-ec2";

/** A preserved copy, as a room's outputs name it. */
export interface PreservedCopy {
  /** The copy's snapshot id. */
  readonly snapshot: string;

  /** Id of the snapshot it was made from. */
  readonly source: string;
}

/** The room whose copies are looked at. */
export interface PreservedRoom {
  readonly ticket: string;
  readonly region: string;
  readonly copies: readonly PreservedCopy[];
}

/** What EC2 says of one copy's lock. */
export interface CopyLock {
  readonly copy: PreservedCopy;

  /** The state in EC2's words; absent where EC2 knows no lock of it. */
  readonly state?: string;

  /** When the lock ends or ended. */
  readonly expires?: Date;

  /** Whether nobody can delete the copy as things are. */
  readonly holds: boolean;
}

/** The states in which a snapshot cannot be deleted; a state that is new to this program is none of them. */
const HOLDING: readonly (string | undefined)[] = ["governance", "compliance", "compliance-cooloff"];

/** Finds each copy's lock among all that EC2 told of. */
export function locksOf(
  copies: readonly PreservedCopy[],
  told: readonly LockedSnapshotsInfo[],
): readonly CopyLock[] {
  return copies.map((copy) => {
    const lock = told.find(({ SnapshotId }) => SnapshotId === copy.snapshot);
    return {
      copy,
      ...(lock?.LockState === undefined ? {} : { state: lock.LockState }),
      ...(lock?.LockExpiresOn === undefined ? {} : { expires: lock.LockExpiresOn }),
      holds: HOLDING.includes(lock?.LockState),
    };
  });
}

/** The locks of a room's preserved copies. */
export class PreservedCopyLocks {
  public constructor(
    private readonly client: Pick<EC2Client, "send">,
    public readonly room: PreservedRoom,
  ) {}

  /** The lock of each copy, in the order of the room's outputs. */
  public async locks(): Promise<readonly CopyLock[]> {
    const told: LockedSnapshotsInfo[] = [];
    let NextToken: string | undefined;
    do {
      // All that are: what AWS answers when asked for one that is not locked is undocumented.
      const page = await this.client.send(new DescribeLockedSnapshotsCommand({ NextToken }));
      told.push(...(page.Snapshots ?? []));
      NextToken = page.NextToken || undefined;
    } while (NextToken !== undefined);
    return locksOf(this.room.copies, told);
  }
}
