import {
  DescribeInstancesCommand,
  DescribeLockedSnapshotsCommand,
  DescribeVolumesCommand,
  type Snapshot,
} from "@aws-sdk/client-ec2";

import { failureOf } from "../../components/aws/failure";
import { Case } from "../../components/case";
import { namedSnapshots, ownSnapshots } from "../../components/evidence/copies/snapshots";
import { SOURCE_SNAPSHOT_TAG, TICKET_TAG } from "../../components/tags";
import type { LockFact, MachineFact, SnapshotFact, VolumeFact } from "./caseFacts";
import type { Reading } from "./reading";
import type { ReportAws } from "./reportAws";

/**
 * What EC2 has of a case: what carries its ticket, and the snapshots that its records name.
 *
 * @param named Those, `snap-…`.
 */
export async function findInEc2(
  ec2: ReportAws["ec2"],
  ticket: string,
  named: readonly string[],
  reading: Reading,
): Promise<{
  readonly snapshots: readonly SnapshotFact[];
  readonly locks: readonly LockFact[];
  readonly volumes: readonly VolumeFact[];
  readonly machines: readonly MachineFact[];
}> {
  const Filters = [{ Name: `tag:${TICKET_TAG}`, Values: [new Case(ticket).tag] }];
  const [tagged, byId, locks, volumes, machines] = await Promise.all([
    reading.of({ what: "The snapshots that carry the ticket", opens: ["missing"] }, [], () =>
      ownSnapshots(ec2, Filters),
    ),
    namedSnapshots(ec2, named),
    reading.of({ what: "The locks of snapshots", opens: ["locks"] }, [], () => findLocks(ec2)),
    reading.of({ what: "The volumes that carry the ticket", opens: ["hashes"] }, [], () =>
      findVolumes(ec2, Filters),
    ),
    reading.of({ what: "The machines that carry the ticket", opens: [] }, [], () =>
      findMachines(ec2, Filters),
    ),
  ]);
  const found = new Map(tagged.map((each) => [each.SnapshotId ?? "", each]));
  for (const [id, answer] of byId) {
    if (!(answer instanceof Error)) {
      found.set(id, answer);
    } else if (failureOf(answer) !== "absent") {
      await reading.of(
        {
          what: `The snapshots that records name, such as ${id}`,
          opens: ["copies", "locks"],
        },
        undefined,
        () => Promise.reject(answer),
      );
    }
  }
  return { snapshots: [...found.values()].map(snapshotFact), locks, volumes, machines };
}

function snapshotFact({
  SnapshotId: id = "",
  State: state,
  StartTime: begun,
  KmsKeyId: keyArn,
  VolumeSize: sizeGiB = 0,
  Tags,
}: Snapshot): SnapshotFact {
  return { id, state: state ?? "of no state", begun, keyArn, sizeGiB, source: sourceIn(Tags) };
}

type Tags = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

function sourceIn(tags: Tags = []): string | undefined {
  return tags.find(({ Key }) => Key === SOURCE_SNAPSHOT_TAG)?.Value;
}

async function findLocks(ec2: ReportAws["ec2"]): Promise<LockFact[]> {
  const found: LockFact[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(new DescribeLockedSnapshotsCommand({ NextToken }));
    for (const { SnapshotId = "", LockState = "of no state", LockExpiresOn } of page.Snapshots ??
      []) {
      found.push({ snapshot: SnapshotId, state: LockState, until: LockExpiresOn });
    }
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  return found;
}

type Filters = { Name: string; Values: string[] }[];

async function findVolumes(ec2: ReportAws["ec2"], Filters: Filters): Promise<VolumeFact[]> {
  const found: VolumeFact[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(new DescribeVolumesCommand({ Filters, NextToken }));
    for (const { VolumeId: id = "", State, CreateTime: created, Tags } of page.Volumes ?? []) {
      found.push({ id, state: State ?? "of no state", created, source: sourceIn(Tags) });
    }
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  return found;
}

async function findMachines(ec2: ReportAws["ec2"], Filters: Filters): Promise<MachineFact[]> {
  const found: MachineFact[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(new DescribeInstancesCommand({ Filters, NextToken }));
    for (const { InstanceId: id = "", State, LaunchTime: started } of (
      page.Reservations ?? []
    ).flatMap(({ Instances = [] }) => Instances)) {
      found.push({ id, state: State?.Name ?? "of no state", started });
    }
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  // EC2 tells for an hour of what is terminated.
  return found.filter(({ state }) => state !== "terminated");
}
