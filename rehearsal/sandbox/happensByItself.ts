import { intakeRecord } from "../intakeRecord";
import { outputsIn } from "../stackState";
import type { Stage } from "../stage";

const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const VOLUME = "aws:ebs/volume:Volume";

/** How long a lock holds here: as long as a vault on trial, in milliseconds. */
const LOCKED = 24 * 60 * 60 * 1000;

/** Between two looks, in milliseconds. */
const PAUSE = 300;

/**
 * Does what nobody types: the runbooks lock a copy that is complete and sign a record, and the workstation reads a disk that
 * is attached to it.
 *
 * @returns what ends it
 */
export function letItHappen(stage: Stage): () => Promise<void> {
  let ended = false;
  const happening = (async () => {
    while (!ended) {
      await lockCopies(stage);
      await hashDisks(stage);
      await stage.outside.signRecords(vaultOf(stage));
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  })();
  return () => {
    ended = true;
    return happening;
  };
}

async function lockCopies({ account, outside }: Stage): Promise<void> {
  const open = account.read().ofType(COPY);
  for (const { id } of open.filter(({ lockedUntil }) => lockedUntil === undefined)) {
    await outside.lockCopy(id, new Date(Date.now() + LOCKED).toISOString());
  }
}

function vaultOf(stage: Stage): string {
  return String(outputsIn(stage, "audit")["vaultBucket"]);
}

async function hashDisks(stage: Stage): Promise<void> {
  const bucket = vaultOf(stage);
  const account = stage.account.read();
  for (const { properties } of account.ofType(ATTACHMENT)) {
    const [volume, instance] = [String(properties["volumeId"]), String(properties["instanceId"])];
    const { tags = {} } = account.find(VOLUME, volume) ?? {};
    const ticket = /^quarantine:(.+)$/.exec(tags["incident-response"] ?? "")?.[1];
    const key = `cases/${ticket}/intake/${instance}/${volume}.json`;
    const isThere = account
      .ofType("aws:s3/bucketObjectv2:BucketObjectv2")
      .some((object) => object.properties["key"] === key);
    if (ticket !== undefined && "source-snapshot" in tags && !isThere) {
      await stage.outside.putObject(bucket, key, intakeRecord(volume, instance));
    }
  }
}
