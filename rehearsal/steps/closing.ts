import type { Entry } from "../account/account";
import { belongings, type Cast, everything } from "../cast";
import type { Change } from "../deployment";
import {
  expect,
  expectNoChanges,
  expectRefusal,
  expectSuccess,
  expectUntouched,
} from "../expectations";
import type { Observation, Step } from "../scenario";

const EVIDENCE = "clean-room:evidence";
const CLOSING = "clean-room:closing";
const GRANT = "aws:kms/grant:Grant";
const INSTANCE = "aws:ec2/instance:Instance";
const KEY = "aws:kms/key:Key";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const VOLUME = "aws:ebs/volume:Volume";

/**
 * A room closes in two steps: the first writes the record and leaves everything protected, the second finds it
 * in the vault and lifts the protection. What was recorded is what the room is.
 */
export const CLOSING_STEPS: readonly Step[] = [
  {
    part: "incident",
    name: "close the room over disks that were never hashed",
    expected: "refused, each disk named, until its hash is in the vault",
    needed: true,
    run: refuseUnhashed,
  },
  {
    part: "incident",
    name: "close the room by settings that leave its evidence out",
    expected: "refused, each line named",
    run: async ({ room }) => {
      const lines = room.stack.setting(EVIDENCE) as { snapshot: string }[];
      const preview = await room.stack.preview({ settings: { [EVIDENCE]: [], [CLOSING]: true } });
      expectRefusal(
        preview,
        lines.map(
          ({ snapshot }) =>
            new RegExp(`${snapshot} is evidence of this .*room, and its line is gone`),
        ),
        "closing without evidence",
      );
      return { result: `refused, ${lines.length} lines named` };
    },
  },
  {
    part: "incident",
    name: "close the room while its record cannot be written, and destroy it",
    expected: "nothing lost its protection, destroying refused",
    run: failToRecord,
  },
  {
    part: "incident",
    name: "close the room",
    expected: "a record written, nothing else changed, destroying refused",
    needed: true,
    run: recordClosing,
  },
  {
    part: "incident",
    name: "open it again, and close it once more",
    expected: "both recorded, the second closing by a record of its own",
    run: closeOnceMore,
  },
  {
    part: "incident",
    name: "close the room whose closing is in the vault",
    expected: "protection lifted, only what members could do gone",
    needed: true,
    run: lift,
  },
];

/** The workstation has read one disk after the other. */
async function refuseUnhashed(cast: Cast): Promise<Observation> {
  const { room, stage, audit } = cast;
  const bucket = String((await audit.outputs())["vaultBucket"]);
  const [machine] = ofRoom(cast, INSTANCE);
  const disks = ofRoom(cast, VOLUME).filter(({ tags }) => "source-snapshot" in tags);
  expect(disks.length > 1, `there are ${disks.length} disks`);
  const open = disks.map(({ id }) => id);
  for (const { id } of disks) {
    const preview = await room.stack.preview({ settings: { [CLOSING]: true } });
    expectRefusal(
      preview,
      open.map((disk) => new RegExp(`The disk ${disk} of snap-\\w+ has no hash.*unhashed:`)),
      "closing",
    );
    const said = preview.problems.join("\n");
    const named = disks.filter((disk) => said.includes(`The disk ${disk.id} `));
    expect(named.length === open.length, `it names ${named.length} instead of ${open.length}`);
    await stage.outside.putObject(bucket, `cases/${room.ticket}/intake/${machine?.id}/${id}.json`);
    open.shift();
  }
  return { result: `refused ${disks.length} times` };
}

/** The vault refuses the closing record; whoever goes on with destroy all the same is stopped. */
async function failToRecord(cast: Cast): Promise<Observation> {
  const { room, stage } = cast;
  const before = belongings(cast, room);
  room.stack.configure({ [CLOSING]: true });
  // What is refused once is run again.
  for (const number of [1, 1]) {
    await stage.outside.plan({ effect: "refused", act: "create", type: OBJECT, number });
  }
  const failed = await room.stack.up();
  expect(!failed.succeeded, "the record was written");
  await refuseDestroy(cast, before);
  room.stack.configure({ [CLOSING]: false });
  await refuseDestroy(cast, before);
  return { result: "refused twice, nothing gone" };
}

/** Closes the room for the first time. */
async function recordClosing(cast: Cast): Promise<Observation> {
  const { room, stage, audit } = cast;
  const { vaultBucket } = await audit.outputs();
  await stage.outside.putObject(String(vaultBucket), `cases/${room.ticket}/timeline.csv`);
  room.stack.configure({ [CLOSING]: true });
  const up = await room.stack.up({ policies: true });
  expectSuccess(up, "closing");
  const others = up.changes.filter(({ op, type }) => op !== "create" || type !== OBJECT);
  expect(others.length === 0, `recording should change nothing else, but would ${said(others)}`);
  expect(closings(cast).length === 1, `there are ${closings(cast).length} closing records`);
  await refuseDestroy(cast, belongings(cast, room));
  const next = String((await room.stack.outputs())["next"]);
  expect(/Run again: pulumi up/.test(next), `it does not say what comes next: ${next}`);
  return { result: "1 record, everything protected", changes: up.changes };
}

/** Somebody thinks again, and once more. */
async function closeOnceMore(cast: Cast): Promise<Observation> {
  const { room } = cast;
  const before = closings(cast).length;
  room.stack.configure({ [CLOSING]: false });
  expectSuccess(await room.stack.up({ policies: true }), "opening it again");
  expectNoChanges(await room.stack.preview(), "the room that is open again");
  const reopened = records(cast, "reopening").length;
  expect(reopened === 1, `${reopened} records tell that it was opened again`);
  room.stack.configure({ [CLOSING]: true });
  const up = await room.stack.up();
  expectSuccess(up, "closing once more");
  const written = closings(cast).length - before;
  expect(written === 1, `the second closing wrote ${written} records instead of one of its own`);
  await refuseDestroy(cast, belongings(cast, room));
  return { result: "1 reopening, 1 more closing", changes: up.changes };
}

/** Only now the room can be destroyed. */
async function lift(cast: Cast): Promise<Observation> {
  const { room, stage } = cast;
  const up = await room.stack.up({ policies: true });
  expectSuccess(up, "closing what is recorded");
  const grants = up.changes.filter(({ op, type }) => op === "delete" && type === GRANT);
  // On the transfer key, and on the suspect's own.
  expect(grants.length === 2, `closing removed ${grants.length} grants instead of two`);
  const left = stage.memberAccount.read().ofType(GRANT);
  expect(left.length === 0, `${left.length} grants are left on keys of the member account`);
  const uploads = up.changes.filter(
    ({ op, name }) => op === "delete" && name.startsWith("case-intake-"),
  );
  // The role and its policy.
  expect(uploads.length === 2, `closing removed ${said(uploads)} of the uploads' role`);
  const lost = up.changes.filter(
    (change) => change.op !== "update" && ![...grants, ...uploads].includes(change),
  );
  expect(lost.length === 0, `closing should change nothing else, but would ${said(lost)}`);
  return { result: said(up.changes), changes: up.changes };
}

/** What a person types. */
async function refuseDestroy(cast: Cast, before: readonly Entry[]): Promise<void> {
  const { succeeded, output } = await cast.room.stack.cli("destroy", "--yes");
  expect(!succeeded && output.includes("is not closed"), `destroying was not refused: ${output}`);
  const key = before.filter(({ type }) => [INSTANCE, KEY, VOLUME].includes(type));
  expectUntouched(
    key,
    belongings(cast, cast.room).filter(({ type }) => [INSTANCE, KEY, VOLUME].includes(type)),
    "the room",
  );
}

function ofRoom(cast: Cast, type: string): Entry[] {
  return belongings(cast, cast.room).filter((entry) => entry.type === type);
}

function closings(cast: Cast): string[] {
  return records(cast, "closing");
}

/** The records of the room, by event. */
function records(cast: Cast, event: string): string[] {
  return everything(cast)
    .filter(({ type, id }) => type === OBJECT && id.includes(`/records/${cast.room.ticket}/`))
    .map(({ properties }) => String(properties["content"]))
    .filter((content) => content.includes(`"event": "${event}"`));
}

function said(changes: readonly Change[]): string {
  return changes.map(({ op, name }) => `${op} ${name}`).join(", ");
}
