import { z } from "zod";

import { FIRST_WORKSTATION } from "../components/case";
import { exactly, INSTANCE_ID, VOLUME_ID } from "../components/aws/ids";
import { DEVICE_NAME, DEVICE_NAMES } from "../components/evidence/copies/deviceNames";
import { UNHASHED_REASON } from "../components/evidence/records/unhashed";
import {
  accountId,
  ANY_LIST,
  fieldOf,
  flag,
  listOf,
  sha256,
  snapshotId,
  text,
  unique,
} from "./forms";
import { workstationName } from "./workstations";

const SOURCE_TAKEN = "when the source snapshot was taken, in quotes: 2026-11-21T03:00:00Z";

/** Whether a text is a day and a time that there are, with its offset. */
function isMoment(value: string): boolean {
  const [, day = "", time = ""] =
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/.exec(value) ??
    [];
  const date = new Date(`${day}T${time}Z`);
  // JavaScript takes the 31st of February for a day in March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${day}T${time}`);
}

/** One snapshot that was handed over. */
const item = z.strictObject(
  {
    snapshot: snapshotId(),
    account: accountId(),
    device: text(
      DEVICE_NAME,
      "a device name from /dev/sdf to /dev/sdp, or from /dev/xvdba to /dev/xvdcz",
    ).optional(),
    workstation: workstationName().default(FIRST_WORKSTATION),
    attach: flag().default(true),
    withdrawn: flag().default(false),
    preserved: snapshotId().optional(),
    sourceVolume: text(
      exactly(VOLUME_ID),
      "a volume id: vol- and 8 to 17 hexadecimal digits",
    ).optional(),
    sourceInstance: text(
      exactly(INSTANCE_ID),
      "an instance id: i- and 8 to 17 hexadecimal digits",
    ).optional(),
    sourceDevice: text(
      /^[A-Za-z0-9/._-]{1,32}$/,
      "the device's name on the suspect: 1 to 32 letters, digits, / . _ and -",
    ).optional(),
    sourceTaken: text(/^/, SOURCE_TAKEN).refine(isMoment, { error: SOURCE_TAKEN }).optional(),
    sha256: sha256("the SHA-256 of the whole volume: 64 hexadecimal digits, lower case").optional(),
    unhashed: text(
      UNHASHED_REASON,
      "why no hash of the disk is in the vault: a line of 3 to 200 plain characters",
    ).optional(),
  },
  { error: "snapshot, account and device" },
);

/** What a room examines. */
export const evidence = unique(
  listOf(item, "a list of snapshot, account and device"),
  "snapshot",
  "snapshot",
)
  .superRefine((items, context) => {
    const deviceOf = (item: unknown) => fieldOf(item, "device");
    const machineOf = (item: unknown) => fieldOf(item, "workstation") ?? FIRST_WORKSTATION;
    const isBeside = (item: unknown) => (other: unknown) => machineOf(other) === machineOf(item);
    // A withdrawn one gives its device up.
    const attached = items.filter(
      (item) => fieldOf(item, "attach") !== false && fieldOf(item, "withdrawn") !== true,
    );
    items.forEach((item, index) => {
      const device = deviceOf(item);
      const complain = (message: string) =>
        context.addIssue({ code: "custom", path: [index, "device"], message });
      if (!attached.includes(item)) {
        if (device !== undefined && fieldOf(item, "withdrawn") !== true) {
          complain("none: with attach: false nothing is attached");
        }
      } else if (device === undefined) {
        complain("a device name, such as /dev/sdf; none with attach: false");
      } else if (attached.filter(isBeside(item)).find((o) => deviceOf(o) === device) !== item) {
        const beside = items.filter(isBeside(item));
        const free = DEVICE_NAMES.filter((name) =>
          beside.every((other) => deviceOf(other) !== name),
        );
        complain(`a device of its own; free: ${free.slice(0, 11).join(", ")}`);
      }
    });
  }, ANY_LIST)
  .default([])
  .meta({
    description:
      "Snapshots handed over: id, account that owns them, device the working volume is attached as, `/dev/sdf` to `/dev/sdp` and `/dev/xvdba` to `/dev/xvdcz`. `workstation`: which of the room's it is attached to, by default its first, `main`. `attach: false`, without a device: preserved and recorded, and nothing to work on. `withdrawn: true`: its working volume is taken away, its preserved copy kept. `preserved`: the copy that an earlier room of the ticket made of it. `unhashed`: why no hash of its disk is in the vault; without a hash or a reason the room does not close. What the handover claims of the source, if anything, for tags and records: `sourceVolume`, `sourceInstance`, `sourceDevice`, `sourceTaken` (when), and `sha256` of the whole volume.",
    example: [
      {
        snapshot: "snap-0123456789abcdef0",
        account: "222233334444",
        device: "/dev/sdf",
        sourceVolume: "vol-0123456789abcdef0",
        sourceInstance: "i-0123456789abcdef0",
        sourceDevice: "/dev/xvda",
      },
    ],
  });
