import { MEMBER_ACCOUNT } from "../accounts";
import type { Entry } from "../account/account";
import { belongings, type Cast, everything, type Room } from "../cast";
import { expect, expectNoChanges, expectRefusal, expectSuccess } from "../expectations";
import type { Observation, Step } from "../story";

const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const INSTANCE = "aws:ec2/instance:Instance";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const PRESERVED_COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const VOLUME = "aws:ebs/volume:Volume";
const EVIDENCE = "clean-room:evidence";

/**
 * What EC2 and EBS refuse of evidence, played with the room that stays open: it is preserved and recorded all
 * the same, the rest goes on, and the room closes.
 */
export const EVIDENCE_STEPS: readonly Step[] = [
  {
    part: "incident",
    name: "add a disk of a Marketplace product, and one that is none",
    expected: "attaching refused, the copy kept and recorded; then told in one sentence",
    run: addProductDisk,
  },
  {
    part: "incident",
    name: "close the room over what EC2 did not attach",
    expected: "passes, and asks for nothing that was refused",
    run: closeOverIt,
  },
  {
    part: "incident",
    name: "preserve it without attaching it",
    expected: "the rest attached, nothing of it any more",
    run: async ({ neighbour }) => {
      setAttach(neighbour, "product", { attach: false });
      const up = await neighbour.stack.up({ policies: true });
      expectSuccess(up, "attach: false");
      expectNoChanges(await neighbour.stack.preview(), "attach: false again");
      return { result: "attached the other one", changes: up.changes };
    },
  },
  {
    part: "incident",
    name: "leave evidence out of an open room",
    expected: "refused in words of its own",
    run: async ({ neighbour }) => {
      const settings = { [EVIDENCE]: evidenceOf(neighbour).slice(0, 1) };
      const preview = await neighbour.stack.preview({ settings });
      expectRefusal(preview, [/its line is gone.*withdrawn: true/s], "leaving it out");
      expect(
        !preview.problems.join().includes("protected"),
        "the engine was the one that refused it",
      );
      return { result: "refused" };
    },
  },
  {
    part: "incident",
    name: "withdraw evidence, and run it once more",
    expected: "recorded, then its volume gone, the copy kept",
    run: withdraw,
  },
  {
    part: "incident",
    name: "copy while twenty copies are pending, and while nineteen are",
    expected: "refused, then one after the other",
    run: copyAtTheQuota,
  },
  {
    part: "incident",
    name: "be interrupted while a copy is made",
    expected: "found again, not copied twice",
    run: copyInterrupted,
  },
  {
    part: "incident",
    name: "give the open room a second workstation, and each of them a disk",
    expected: "started beside the first; a disk on each, as the same device, another one on none",
    run: addWorkstation,
  },
  {
    part: "incident",
    name: "have a disk on the other workstation",
    expected: "refused while it is attached; withdrawn, then made anew there of the same copy",
    run: changeWorkstation,
  },
  {
    part: "incident",
    name: "leave a workstation out of an open room, and close the room with both",
    expected: "refused; then all that it has is in the closing record",
    run: keepWorkstation,
  },
];

interface Line {
  readonly snapshot: string;
  readonly account: string;
  readonly device?: string;
  readonly workstation?: string;
  readonly withdrawn?: true;
}

function evidenceOf({ stack }: Room): Line[] {
  return (stack.setting(EVIDENCE) as Line[] | undefined) ?? [];
}

/** Changes the lines that are about a product's disk, or about the other one. */
function setAttach({ stack }: Room, which: "product" | "other", change: object): void {
  const index = which === "product" ? 0 : 1;
  const lines = stack.setting(EVIDENCE) as Line[];
  stack.configure({
    [EVIDENCE]: lines.map((line, each) => {
      const { device, ...rest } = line;
      return each === index ? { ...rest, ...change } : { ...rest, ...(device ? { device } : {}) };
    }),
  });
}

function ofType(cast: Cast, type: string): Entry[] {
  return belongings(cast, cast.neighbour).filter((entry) => entry.type === type);
}

/** The records of the room, by event. */
function records(cast: Cast, event: string): string[] {
  return everything(cast)
    .filter(({ type, id }) => type === OBJECT && id.includes(`/${cast.neighbour.ticket}/`))
    .map(({ properties }) => String(properties["content"]))
    .filter((content) => content.includes(`"event": "${event}"`));
}

async function addProductDisk(cast: Cast): Promise<Observation> {
  const { neighbour, stage, audit } = cast;
  const key = String((await audit.outputs())["transferKeyArn"]);
  const product = await stage.outside.shareSnapshot(MEMBER_ACCOUNT, 8, key, ["a1b2c3d4"]);
  const other = await stage.outside.shareSnapshot(MEMBER_ACCOUNT, 8, key);
  neighbour.stack.configure({
    [EVIDENCE]: [
      { snapshot: product, account: MEMBER_ACCOUNT, device: "/dev/sdf" },
      { snapshot: other, account: MEMBER_ACCOUNT, device: "/dev/sdg" },
    ],
  });
  const up = await neighbour.stack.up();
  expectRefusal(up, [/IncorrectInstanceState.*Marketplace codes/s], "attaching it");
  expect(
    records(cast, "evidence").some((record) => record.includes(product)),
    "no record says that it is preserved",
  );
  const copies = ofType(cast, PRESERVED_COPY).length;
  expect(copies === 2, `there are ${copies} preserved copies instead of 2`);
  const reason = new RegExp(`${product} carries product codes.*a1b2c3d4.*attach: false`, "s");
  expectRefusal(await neighbour.stack.preview(), [reason], "the next up");
  return { result: "refused, 2 copies kept" };
}

/** Nothing in its settings is changed but that it closes, and why there is no hash; and nothing is asked for that was refused. */
async function closeOverIt(cast: Cast): Promise<Observation> {
  const { neighbour, stage } = cast;
  for (const { id } of ofType(cast, PRESERVED_COPY)) {
    await stage.outside.lockCopy(id, "2036-11-21T00:00:00Z");
  }
  const settings = { "clean-room:closing": true };
  const unexplained = await neighbour.stack.preview({ settings });
  expectRefusal(
    unexplained,
    [/The disk vol-\w+ of snap-\w+ has no hash/],
    "closing without a word",
  );
  const preview = await neighbour.stack.preview({
    settings: {
      ...settings,
      [EVIDENCE]: evidenceOf(neighbour).map((line) => ({
        ...line,
        unhashed: "EC2 never attached it",
      })),
    },
  });
  expectSuccess(preview, "closing");
  const made = preview.changes.filter(({ op, type }) => op === "create" && type !== OBJECT);
  expect(made.length === 0, `closing would make ${made.map(({ name }) => name).join(", ")}`);
  return { result: "passes, nothing attached" };
}

async function withdraw(cast: Cast): Promise<Observation> {
  const { neighbour } = cast;
  const volumes = () => ofType(cast, VOLUME).filter(({ tags }) => "source-snapshot" in tags).length;
  const [workstation] = ofType(cast, INSTANCE);
  const copies = ofType(cast, PRESERVED_COPY).length;
  const before = volumes();
  const [, { device } = {}] = evidenceOf(neighbour);
  setAttach(neighbour, "other", { withdrawn: true });
  const first = await neighbour.stack.up({ policies: true });
  expectSuccess(first, "withdrawing");
  expect(volumes() === before, "the volume is gone before it could be unmounted");
  const next = String((await neighbour.stack.outputs())["next"]);
  expect(/evidence-unmount.*pulumi up/s.test(next), `it does not say what comes next: ${next}`);
  // Somebody thinks again, and once more.
  setAttach(neighbour, "other", { withdrawn: false, device });
  expectSuccess(await neighbour.stack.up(), "taking the withdrawal back");
  setAttach(neighbour, "other", { withdrawn: true });
  expectSuccess(await neighbour.stack.up(), "withdrawing again");
  const second = await neighbour.stack.up({ policies: true });
  expectSuccess(second, "withdrawing it once more");
  expect(volumes() === before - 1, `${volumes()} of ${before} working volumes are left`);
  expect(ofType(cast, ATTACHMENT).length === 0, "it is still attached");
  expect(ofType(cast, PRESERVED_COPY).length === copies, "a preserved copy is gone");
  expect(ofType(cast, INSTANCE)[0]?.id === workstation?.id, "the workstation is another one");
  const said = records(cast, "withdrawal").length;
  expect(said === 2, `${said} records tell of it instead of 2`);
  expectNoChanges(await neighbour.stack.preview(), "a withdrawn entry");
  return { result: "1 volume gone, copy kept, 2 records", changes: second.changes };
}

async function copyAtTheQuota(cast: Cast): Promise<Observation> {
  const { neighbour, stage, audit } = cast;
  const key = String((await audit.outputs())["transferKeyArn"]);
  const more: Line[] = [];
  for (const _ of [1, 2]) {
    const snapshot = await stage.outside.shareSnapshot(MEMBER_ACCOUNT, 8, key);
    more.push({ snapshot, account: MEMBER_ACCOUNT });
  }
  const lines = [...evidenceOf(neighbour), ...more.map((line) => ({ ...line, attach: false }))];
  const endAll = await stage.outside.copySnapshots(20);
  const settings = { [EVIDENCE]: lines };
  const full = await neighbour.stack.preview({ settings });
  await endAll();
  expectRefusal(full, [/20 copies are pending.*no more at a time.*aws ec2/s], "a full Region");
  const endMost = await stage.outside.copySnapshots(19);
  neighbour.stack.configure(settings);
  const up = await neighbour.stack.up();
  await endMost();
  expectSuccess(up, "one free place");
  return { result: "refused, then copied both", changes: up.changes };
}

/** As if it was killed while EBS copied, for hours: the first up does not hear of the copy. */
async function copyInterrupted(cast: Cast): Promise<Observation> {
  const { neighbour, stage, audit } = cast;
  const key = String((await audit.outputs())["transferKeyArn"]);
  const snapshot = await stage.outside.shareSnapshot(MEMBER_ACCOUNT, 8, key);
  const line = { snapshot, account: MEMBER_ACCOUNT, attach: false };
  neighbour.stack.configure({ [EVIDENCE]: [...evidenceOf(neighbour), line] });
  await stage.outside.plan({ effect: "lost", act: "create", type: PRESERVED_COPY, number: 1 });
  const lost = await neighbour.stack.up();
  expectRefusal(lost, [/connection was lost/], "the up that is interrupted");
  const up = await neighbour.stack.up();
  expectSuccess(up, "the next up");
  expectNoChanges(await neighbour.stack.preview(), "the one after it");
  const copies = belongings(cast, neighbour).filter(
    ({ type, tags }) => type === PRESERVED_COPY && tags["source-snapshot"] === snapshot,
  );
  expect(copies.length === 1, `${copies.length} preserved copies were made of one snapshot`);
  return { result: "found again, recorded", changes: up.changes };
}

const WORKSTATIONS = "clean-room:workstations";
const SECOND = "windows";

async function addWorkstation(cast: Cast): Promise<Observation> {
  const { neighbour, stage, audit } = cast;
  const key = String((await audit.outputs())["transferKeyArn"]);
  const [first] = ofType(cast, INSTANCE);
  const attach: Line[] = [];
  for (const on of [{}, { workstation: SECOND }]) {
    const snapshot = await stage.outside.shareSnapshot(MEMBER_ACCOUNT, 8, key);
    attach.push({ snapshot, account: MEMBER_ACCOUNT, device: "/dev/sdh", ...on });
  }
  neighbour.stack.configure({
    [WORKSTATIONS]: [{ name: SECOND }],
    [EVIDENCE]: [...evidenceOf(neighbour), ...attach],
  });
  const up = await neighbour.stack.up({ policies: true });
  expectSuccess(up, "a second workstation");
  expectNoChanges(await neighbour.stack.preview(), "two workstations");
  const machines = ofType(cast, INSTANCE).map(({ id }) => id);
  expect(machines.length === 2, `there are ${machines.length} workstations instead of 2`);
  expect(machines.includes(String(first?.id)), "the first workstation is another one");
  const second = machines.find((id) => id !== first?.id);
  expectAttached(cast, [
    [attach[0], first?.id],
    [attach[1], second],
  ]);
  return { result: "2 workstations, a disk on each", changes: up.changes };
}

/** Each of the room's attachments, and no other. */
function expectAttached(
  cast: Cast,
  wanted: readonly (readonly [line: Line | undefined, instance: string | undefined])[],
): void {
  const volumes = ofType(cast, VOLUME);
  const found = ofType(cast, ATTACHMENT).map(({ properties }) => {
    const disk = volumes.find(({ id }) => id === properties["volumeId"]);
    return `${disk?.tags["source-snapshot"]} on ${String(properties["instanceId"])}`;
  });
  const asked = wanted.map(([line, instance]) => `${line?.snapshot} on ${instance}`);
  expect(
    found.sort().join() === asked.sort().join(),
    `attached are ${found.join(", ")} instead of ${asked.join(", ")}`,
  );
}

async function changeWorkstation(cast: Cast): Promise<Observation> {
  const { neighbour } = cast;
  const { stack } = neighbour;
  const lines = evidenceOf(neighbour);
  const [one, other] = [lines.at(-2), lines.at(-1)] as [Line, Line];
  const { workstation: _, ...moved } = { ...other, device: "/dev/sdi" };
  const before = [...lines.slice(0, -1)];
  const refused = await stack.preview({ settings: { [EVIDENCE]: [...before, moved] } });
  expectRefusal(refused, [/is attached to windows.*entry names main.*withdrawn: true/s], "moving");
  const copies = ofType(cast, PRESERVED_COPY).map(({ id }) => id);
  const attachments = records(cast, "attachment").length;
  stack.configure({ [EVIDENCE]: [...before, { ...other, withdrawn: true }] });
  expectSuccess(await stack.up({ policies: true }), "withdrawing it from the second");
  expectSuccess(await stack.up({ policies: true }), "withdrawing it once more");
  const [first] = ofType(cast, INSTANCE).filter(({ tags }) => !tags["Name"]?.endsWith(SECOND));
  expectAttached(cast, [[one, first?.id]]);
  stack.configure({ [EVIDENCE]: [...before, moved] });
  const up = await stack.up({ policies: true });
  expectSuccess(up, "naming the other workstation");
  expectNoChanges(await stack.preview(), "the moved disk");
  expectAttached(cast, [
    [one, first?.id],
    [other, first?.id],
  ]);
  const kept = ofType(cast, PRESERVED_COPY).map(({ id }) => id);
  expect(kept.sort().join() === copies.sort().join(), "the preserved copies are others");
  const made = records(cast, "attachment").length - attachments;
  expect(made === 1, `${made} records tell of the new attachment instead of 1`);
  return { result: "refused, withdrawn, attached to the first", changes: up.changes };
}

async function keepWorkstation(cast: Cast): Promise<Observation> {
  const { neighbour, stage } = cast;
  const leftOut = await neighbour.stack.preview({ settings: { [WORKSTATIONS]: [] } });
  expectRefusal(leftOut, [/windows is a workstation of this room/], "leaving it out");
  for (const { id } of ofType(cast, PRESERVED_COPY)) {
    await stage.outside.lockCopy(id, "2036-11-21T00:00:00Z");
  }
  const unhashed = "a rehearsal's";
  const preview = await neighbour.stack.preview({
    settings: {
      "clean-room:closing": true,
      [EVIDENCE]: evidenceOf(neighbour).map((line) => ({ ...line, unhashed })),
    },
  });
  expectSuccess(preview, "closing with both");
  const harmful = preview.changes.filter(({ op, type }) => op !== "create" && type !== OBJECT);
  expect(harmful.length === 0, `closing would change ${harmful.map(({ name }) => name).join()}`);
  return { result: "refused; closing passes" };
}
