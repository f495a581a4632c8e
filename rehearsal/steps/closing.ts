import { AUDIT_ACCOUNT, MEMBER_ACCOUNT } from "../accounts";
import type { Cast, StoryCast } from "../cast";
import type { Change } from "../deployment";
import {
  expect,
  expectNoChanges,
  expectRefusal,
  expectSuccess,
  expectUntouched,
} from "../expectations";
import { intakeRecord } from "../intakeRecord";
import { inSandbox, type Observation, type StoryStep } from "../story";
import type { Thing } from "../world";

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
export const CLOSING_STEPS: readonly StoryStep[] = [
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
  ...inSandbox("that S3 takes no record is planned in the sandbox", {
    part: "incident",
    name: "close the room while its record cannot be written, and destroy it",
    expected: "nothing lost its protection, destroying refused",
    run: failToRecord,
  }),
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
async function refuseUnhashed(cast: StoryCast): Promise<Observation> {
  const { room, stage, audit } = cast;
  const bucket = String((await audit.outputs())["vaultBucket"]);
  const [machine] = await ofRoom(cast, INSTANCE);
  const disks = (await ofRoom(cast, VOLUME)).filter(({ tags }) => "source-snapshot" in tags);
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
    await stage.outside.putObject(
      bucket,
      `cases/${room.ticket}/intake/${machine?.id}/${id}.json`,
      intakeRecord(id, String(machine?.id)),
    );
    open.shift();
  }
  return { result: `refused ${disks.length} times` };
}

/** The vault refuses the closing record; whoever goes on with destroy all the same is stopped. */
async function failToRecord(cast: Cast): Promise<Observation> {
  const { room, stage } = cast;
  const before = await thingsOf(cast);
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
async function recordClosing(cast: StoryCast): Promise<Observation> {
  const { room, stage, audit } = cast;
  const { vaultBucket } = await audit.outputs();
  await stage.outside.putObject(String(vaultBucket), `cases/${room.ticket}/timeline.csv`);
  room.stack.configure({ [CLOSING]: true });
  const up = await room.stack.up({ policies: true });
  expectSuccess(up, "closing");
  const others = up.changes.filter(({ op, type }) => op !== "create" || type !== OBJECT);
  expect(others.length === 0, `recording should change nothing else, but would ${said(others)}`);
  const written = (await closings(cast)).length;
  expect(written === 1, `there are ${written} closing records`);
  await refuseDestroy(cast, await thingsOf(cast));
  const next = String((await room.stack.outputs())["next"]);
  expect(/Run again: pulumi up/.test(next), `it does not say what comes next: ${next}`);
  return { result: "1 record, everything protected", changes: up.changes };
}

/** Somebody thinks again, and once more. */
async function closeOnceMore(cast: StoryCast): Promise<Observation> {
  const { room } = cast;
  const before = (await closings(cast)).length;
  room.stack.configure({ [CLOSING]: false });
  expectSuccess(await room.stack.up({ policies: true }), "opening it again");
  expectNoChanges(await room.stack.preview(), "the room that is open again");
  const reopened = (await records(cast, "reopening")).length;
  expect(reopened === 1, `${reopened} records tell that it was opened again`);
  room.stack.configure({ [CLOSING]: true });
  const up = await room.stack.up();
  expectSuccess(up, "closing once more");
  const written = (await closings(cast)).length - before;
  expect(written === 1, `the second closing wrote ${written} records instead of one of its own`);
  await refuseDestroy(cast, await thingsOf(cast));
  return { result: "1 reopening, 1 more closing", changes: up.changes };
}

/** Only now the room can be destroyed. */
async function lift(cast: StoryCast): Promise<Observation> {
  const { room, stage } = cast;
  const ownKeys = async () =>
    (await stage.things(MEMBER_ACCOUNT)).filter(({ type }) => type === GRANT).length;
  const before = await ownKeys();
  const up = await room.stack.up({ policies: true });
  expectSuccess(up, "closing what is recorded");
  const grants = up.changes.filter(({ op, type }) => op === "delete" && type === GRANT);
  // On the transfer key, and on a suspect's own.
  expect(
    grants.length === 1 + before,
    `closing removed ${grants.length} grants instead of ${1 + before}`,
  );
  const left = await ownKeys();
  expect(left === 0, `${left} grants are left on keys of the member account`);
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
async function refuseDestroy(cast: StoryCast, before: readonly Thing[]): Promise<void> {
  const { succeeded, output } = await cast.room.stack.cli("destroy", "--yes");
  expect(!succeeded && output.includes("is not closed"), `destroying was not refused: ${output}`);
  const kept = (things: readonly Thing[]) =>
    things.filter(({ type }) => [INSTANCE, KEY, VOLUME].includes(type));
  expectUntouched(kept(before), kept(await thingsOf(cast)), "the room");
}

function thingsOf({ room, stage }: StoryCast): Promise<readonly Thing[]> {
  return stage.thingsOf({ ticket: room.ticket, stack: room.stack.name });
}

async function ofRoom(cast: StoryCast, type: string): Promise<Thing[]> {
  return (await thingsOf(cast)).filter((thing) => thing.type === type);
}

function closings(cast: StoryCast): Promise<string[]> {
  return records(cast, "closing");
}

/** The records of the room, by event. */
async function records({ room, stage }: StoryCast, event: string): Promise<string[]> {
  const things = await stage.things(AUDIT_ACCOUNT);
  return things
    .filter(({ type, id }) => type === OBJECT && id.includes(`/records/${room.ticket}/`))
    .map(({ properties }) => String(properties["content"]))
    .filter((content) => content.includes(`"event": "${event}"`));
}

function said(changes: readonly Change[]): string {
  return changes.map(({ op, name }) => `${op} ${name}`).join(", ");
}
